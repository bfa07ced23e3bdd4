// Codes of two levels, -1 and +1: rules X1 to X3 and G6 of NUMERICS.md.
#pragma once

#include <cstdint>

#include "numerics/quantizer.h"

namespace ampa::numerics {

// Of weights and activations: the code is the sign and the value is the code. What is no tensor position holds +1.
inline QuantParams two_level_params() {
  return {{1, true}, 1, 1, 0, -1, 1};
}
constexpr std::int32_t kTwoLevelGap = 1;

// +1 for x >= 0 of either sign, else -1.
constexpr std::int32_t two_level_code(float x) {
  return x >= 0 ? 1 : -1;
}

// Whether the gradient of two_level_code is taken to be 1: |x| < 1; else it is 0.
constexpr bool passes_gradient(float x) {
  return x > -1 && x < 1;
}

// Of gradients in one bit: values -R and +R, R = max |x|; inv = fl32(1 / fl32(2 R)).
QuantParams two_level_gradient_params(float max_abs);

// +1 with probability (x / R + 1) / 2: t = clamp(fl32(fl32(x * inv) - 1/2), -1, 0),
// code = 2 * floor((floor(t * 2^16) + random16) / 2^16) + 1.
std::int32_t two_level_stochastic(float x, const QuantParams& params, std::uint32_t random16);

}  // namespace ampa::numerics
