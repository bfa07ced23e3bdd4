// One tensor of integer codes that serves every width up to its own: rules U1 to U4 of NUMERICS.md; Double Rounding,
// arXiv 2502.01199, equations (1) to (3).
#pragma once

#include <cstdint>

#include "numerics/quantizer.h"

namespace ampa::numerics {

// The parameters of codes of `high` bits under a learned scale > 0, all 2^high codes of them in use: inv = fl32(1 / s),
// z = 0. Quantize with quantize_nearest.
inline QuantParams full_range_params(float scale, Bits high) {
  const CodeFormat format{high, true};
  return {format, scale, 1.0f / scale, 0, format.min_code(), format.max_code()};
}

// The code of `low` bits of a code of `high` bits: clamp(round(code / 2^(high - low))), ties to even, to the codes of
// `low` bits. kMinBits <= low <= high <= kMaxBits; code is one of `high` bits.
constexpr std::int32_t double_round(std::int32_t code, Bits high, Bits low) {
  const Bits shift = high - low;
  if (shift == 0) return code;
  const std::int32_t is_odd = (code >> shift) & 1;
  const std::int32_t rounded = (code + (1 << (shift - 1)) - 1 + is_odd) >> shift;
  const std::int32_t largest = (1 << (low - 1)) - 1;
  return rounded > largest ? largest : rounded;
}

// Whether that code is limited: the rounding leaves the codes of `low` bits, which it does upwards only.
constexpr bool double_rounding_limits(std::int32_t code, Bits high, Bits low) {
  return high > low && code >= (1 << (high - 1)) - (1 << (high - low - 1));
}

// The scale of the codes of `low` bits: s * 2^(high - low), exact unless it overflows.
constexpr float double_rounding_scale(float scale, Bits high, Bits low) {
  return scale * static_cast<float>(1 << (high - low));
}

}  // namespace ampa::numerics
