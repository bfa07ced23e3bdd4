// The FP32 bias of linear layers.
#pragma once

#include "ir/instruction.h"
#include "ir/parameter.h"

namespace ampa::ir {

// out[position][c] += bias[c] for `positions` positions that lie one behind the other.
void add_bias(const Parameter& bias, std::int64_t positions, float* out);

// bias.gradient[c] = sum over positions of the output's gradient [position][c], in ascending order.
class BiasGradient : public Instruction {
 public:
  BiasGradient(ValueId gradient, Parameter& bias) : Instruction({gradient}, {}), bias_(bias) {}
  void run(Frame& frame, StepContext& context) override;
  bool reads_deferred(ValueId) const override { return true; }

 private:
  Parameter& bias_;
};

}  // namespace ampa::ir
