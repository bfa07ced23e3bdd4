// The terms g^T (value - x) that AMPA's sensitivities bound (AMPA eq. 6), for the intersection ratio of its Table 4.
#pragma once

#include <optional>

#include "ir/instruction.h"
#include "ir/matmul.h"
#include "ir/quantized_layer.h"

namespace ampa::ir {

// Adds the first-order terms of a measured step to a layer (rule M7), where a context takes them. The gradient of the
// layer's input alone, which no value holds where several layers read it, is multiplied once more, on
// StepContext::first_order. Follows the layer's weight gradient.
class MeasureFirstOrder : public Instruction {
 public:
  MeasureFirstOrder(QuantizedLayer& layer, const Codes& weights, const Codes& input, const Parameter& parameter,
                    std::optional<StepMatmul> data_gradient)
      : Instruction({}, {}),
        layer_(layer),
        weights_(weights),
        input_(input),
        parameter_(parameter),
        data_gradient_(std::move(data_gradient)) {}

  void run(Frame& frame, StepContext& context) override;

 private:
  double of_input(StepContext& context) const;

  QuantizedLayer& layer_;
  const Codes &weights_, &input_;
  const Parameter& parameter_;
  std::optional<StepMatmul> data_gradient_;  // none: the layer passes no gradient on
};

}  // namespace ampa::ir
