// The gradient of a parameter, made a few bits wide before the optimizer takes it.
#pragma once

#include <cstdint>

#include "ir/instruction.h"
#include "ir/parameter.h"

namespace ampa::ir {

// WAGEUBN's G (Yang et al. 2020, section 3.3; yang-yk/wageubn, Quantize.py): with Shift = 2^r, r = log2(max |g|)
// rounded to the nearest integer, n = 128 g / Shift rounded stochastically and limited to +-127; the gradient becomes
// n / (128 * 2^7): its size is lost, its direction is kept. Rule W1 of NUMERICS.md.
class QuantizeGradient : public Instruction {
 public:
  // `tensor` addresses the random bits.
  QuantizeGradient(Parameter& parameter, std::uint32_t tensor)
      : Instruction({}, {}), parameter_(parameter), tensor_(tensor) {}

  void run(Frame& frame, StepContext& context) override;  // throws NonFiniteError

 private:
  Parameter& parameter_;
  std::uint32_t tensor_;
};

}  // namespace ampa::ir
