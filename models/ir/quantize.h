// The instructions that make codes of float tensors.
#pragma once

#include <optional>

#include "ir/instruction.h"
#include "ir/network.h"
#include "ir/parameter.h"
#include "ir/site.h"
#include "quant/tensor_quantizer.h"

namespace ampa::ir {

// A value, seen in the shape that its reader wants. Where a context keeps images alone, each image of a batch has
// parameters of its own.
class QuantizeValue : public Instruction {
 public:
  // `shape` is that of one image, of as many elements as the value has.
  QuantizeValue(ValueId value, const Site& site, const Shape& shape, const quant::GridLayout& layout, Codes& codes)
      : Instruction({value}, {}), site_(site), shape_(shape), layout_(layout), codes_(codes) {}

  void run(Frame& frame, StepContext& context) override;  // throws NonFiniteError
  bool reads_deferred(ValueId) const override { return true; }

 private:
  void run_images_alone(const quant::FloatView& view, StepContext& context);

  const Site& site_;
  Shape shape_;
  quant::GridLayout layout_;
  Codes& codes_;
};

// The weights of a layer, (rows, kernel, kernel, channels).
class QuantizeWeights : public Instruction {
 public:
  QuantizeWeights(const Parameter& weights, const quant::FloatShape& shape, const Site& site, Codes& codes)
      : Instruction({}, {}), weights_(weights), shape_(shape), site_(site), codes_(codes) {}

  void run(Frame& frame, StepContext& context) override;  // throws NonFiniteError

 private:
  const Parameter& weights_;
  quant::FloatShape shape_;
  const Site& site_;
  Codes& codes_;
};

}  // namespace ampa::ir
