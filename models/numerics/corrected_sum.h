// What becomes of the integer sums of a job, one by one: rules Z1 to Z3 and M4 of NUMERICS.md.
#pragma once

#include <cstdint>

#include "numerics/quantizer.h"

namespace ampa::numerics {

// sum - row - col: a sum of raw codes turned into one of (code - zero point), see gemm::ZeroPointCorrection.
constexpr std::int64_t corrected_sum(std::int64_t sum, std::int64_t row, std::int64_t col) {
  return sum - row - col;
}

// fl32(fl32(corrected) * scale).
inline float dequantize_sum(std::int64_t corrected, float scale) {
  return static_cast<float>(corrected) * scale;
}

// The code of a sum as an element of another tensor: the FP32 value of the sum through the quantizer, with every
// rounding on the way. `scale` is that of the sums, `params` are those of the codes; see quantize_nearest and
// quantize_stochastic.
inline std::int32_t requantize_nearest(std::int64_t corrected, float scale, const QuantParams& params) {
  return quantize_nearest(dequantize_sum(corrected, scale), params);
}
inline std::int32_t requantize_stochastic(std::int64_t corrected, float scale, const QuantParams& params,
                                          std::uint32_t random16) {
  return quantize_stochastic(dequantize_sum(corrected, scale), params, random16);
}

}  // namespace ampa::numerics
