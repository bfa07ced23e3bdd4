// The scalar definition of every quantizer. NUMERICS.md is the contract; every faster form must return the same codes.
#pragma once

#include <cstdint>

#include "numerics/formats.h"

namespace ampa::numerics {

// Tensors whose range lies below this are quantized to all zeros with scale 0: the reciprocal of their step would
// overflow FP32.
constexpr float kMinRange = 0x1p-100f;

// Scale and zero point of one tensor: value = (code - zero_point) * scale.
struct QuantParams {
  CodeFormat format;
  float scale = 0;              // s, >= 0; 0 only for a tensor of range below kMinRange
  float inv_scale = 0;          // fl32(1/s) formed directly from the range, never as 1 / scale
  std::int32_t zero_point = 0;  // 0 .. 2^bits - 1 if unsigned, 0 if signed
  std::int32_t min_code = 0;    // codes are clamped to [min_code, max_code]
  std::int32_t max_code = 0;
};

// Symmetric, AMPA eq. (2): R = max |x| >= 0, Q = 2^(bits-1) - 1, s = fl32(R / Q), inv = fl32(Q / R), codes in [-Q, Q].
QuantParams symmetric_params(float max_abs, Bits bits);

// Asymmetric, AMPA eq. (1): m = min(x, 0), M = max(x, 0), L = 2^bits - 1, s = fl32(fl32(M - m) / L),
// inv = fl32(L / fl32(M - m)), z = round(fl32(-m * inv)), codes in [0, L]. Requires m <= 0 <= M.
QuantParams asymmetric_params(float min_value, float max_value, Bits bits);

// The nearest integer, ties to even, of |x| < 2^22.
std::int32_t round_half_even(float x);

// clamp(round_half_even(fl32(x * inv)) + z, min_code, max_code), with fl32(x * inv) first clamped to [-2^21, 2^21].
std::int32_t quantize_nearest(float x, const QuantParams& params);

// Stochastic rounding of a symmetric tensor: u = clamp(fl32(x * inv), -Q, Q), code = (floor(u * 2^16) + r) >> 16 with
// 0 <= r < 2^16 the element's random bits. E[code] = u to within 2^-16.
std::int32_t quantize_stochastic(float x, const QuantParams& params, std::uint32_t random16);

// (code - z) * s in FP32; exact difference, one rounding.
float dequantize(std::int32_t code, const QuantParams& params);

// x in units of s with 16 fractional bits: floor(fl32(x * inv) * 2^16), with fl32(x * inv) first clamped to [-2^14,
// 2^14].
std::int32_t scaled_q16(float x, const QuantParams& params);

// The error of one level = code - z in the units of scaled_q16: |q16 - level * 2^16|.
constexpr std::int64_t level_error_q16(std::int32_t q16, std::int32_t level) {
  const std::int64_t difference = q16 - static_cast<std::int64_t>(level) * 65536;
  return difference < 0 ? -difference : difference;
}

// level_error_q16(scaled_q16(x), code - z), the error of one code: what saturation cuts off counts. Sums of it are
// exact integers and do not depend on order.
std::int64_t quantization_error_q16(float x, std::int32_t code, const QuantParams& params);

}  // namespace ampa::numerics
