// Quantizers with learned scales whose weights serve every width: Double Rounding (arXiv 2502.01199, equations (1) to
// (3)), and the gradients of its scales. Rules U1 to U7 of NUMERICS.md.
#pragma once

#include "ir/instruction.h"
#include "ir/network.h"
#include "ir/parameter.h"
#include "ir/site.h"
#include "quant/tensor_quantizer.h"

namespace ampa::ir {

// A scale is `unit` times a trained factor: the factor starts at 1, so that a rate moves scales of every size by the
// same part. The unit is chosen from the first tensor that the site quantizes; 0 until then.
struct LearnedScale {
  Parameter& factor;     // one number; below kLeastFactor it counts as that
  Eigen::ArrayXf& unit;  // one number
  Parameter* zero =
      nullptr;  // of activations, one number: the value that the code 0 stands for; 0 where none is negative

  static constexpr float kLeastFactor = 0x1p-10f;
  float value() const;  // fl32(unit * factor)
};

// Of one quantized layer.
struct LearnedScales {
  LearnedScale weights, activations;
};

// Forward: codes of the weights at the site's width, made of those of the high width (U1, U2); `effective` gets the
// values that they stand for.
class QuantizeLearnedWeights : public Instruction {
 public:
  QuantizeLearnedWeights(const Parameter& weights, const quant::FloatShape& shape, const Site& site, Bits high,
                         LearnedScale scale, Codes& codes, Parameter& effective)
      : Instruction({}, {}),
        weights_(weights),
        shape_(shape),
        site_(site),
        high_(high),
        scale_(scale),
        codes_(codes),
        effective_(effective) {}

  void run(Frame& frame, StepContext& context) override;  // throws NonFiniteError

 private:
  const Parameter& weights_;
  quant::FloatShape shape_;
  const Site& site_;
  Bits high_;
  LearnedScale scale_;
  Codes& codes_;
  Parameter& effective_;
};

// Forward: codes of a value, unsigned, under the learned scale and zero (U5).
class QuantizeLearnedValue : public Instruction {
 public:
  QuantizeLearnedValue(ValueId value, const Site& site, const Shape& shape, const quant::GridLayout& layout,
                       LearnedScale scale, Codes& codes)
      : Instruction({value}, {}), site_(site), shape_(shape), layout_(layout), scale_(scale), codes_(codes) {}

  void run(Frame& frame, StepContext& context) override;  // throws NonFiniteError

 private:
  const Site& site_;
  Shape shape_;
  quant::GridLayout layout_;
  LearnedScale scale_;
  Codes& codes_;
};

// Backward: the values that the codes of QuantizeLearnedValue stand for.
class DequantizeValue : public Instruction {
 public:
  DequantizeValue(const Codes& codes, const Shape& shape, ValueId target)
      : Instruction({}, {target}), codes_(codes), shape_(shape) {}
  void run(Frame& frame, StepContext& context) override;

 private:
  const Codes& codes_;
  Shape shape_;
};

// Backward: from the gradient of the values of codes to that of `value`, of the scale's factor and of the zero (U6).
class LearnedValueGradient : public Instruction {
 public:
  LearnedValueGradient(ValueId gradient, ValueId value, ValueId target, const Codes& codes, LearnedScale scale)
      : Instruction({gradient, value}, {target}), codes_(codes), scale_(scale) {}
  void run(Frame& frame, StepContext& context) override;

 private:
  const Codes& codes_;
  LearnedScale scale_;
};

// Backward: from the gradient of `effective` to those of the weights and of their scale's factor (U7).
class LearnedWeightGradient : public Instruction {
 public:
  LearnedWeightGradient(Parameter& weights, const Parameter& effective, const Codes& codes, Bits high,
                        LearnedScale scale)
      : Instruction({}, {}), weights_(weights), effective_(effective), codes_(codes), high_(high), scale_(scale) {}
  void run(Frame& frame, StepContext& context) override;

 private:
  Parameter& weights_;
  const Parameter& effective_;
  const Codes& codes_;
  Bits high_;
  LearnedScale scale_;
};

}  // namespace ampa::ir
