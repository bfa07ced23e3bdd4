#include "numerics/quantizer.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "numerics/two_level.h"

namespace ampa::numerics {
namespace {

// u in units of s, limited to the values that codes can stand for.
float scaled_to_code_range(float x, const QuantParams& params) {
  const float lowest = static_cast<float>(params.min_code - params.zero_point);
  const float highest = static_cast<float>(params.max_code - params.zero_point);
  return std::clamp(x * params.inv_scale, lowest, highest);
}

void require_finite(float value) {
  if (!std::isfinite(value)) throw NonFiniteError("quantizer: expected a finite range, found an infinity or a NaN");
}

}  // namespace

QuantParams symmetric_params(float max_abs, Bits bits) {
  require_finite(max_abs);
  const std::int32_t limit = (1 << (bits - 1)) - 1;
  QuantParams params{{bits, true}, 0, 0, 0, -limit, limit};
  if (max_abs >= kMinRange) {
    params.scale = max_abs / static_cast<float>(limit);
    params.inv_scale = static_cast<float>(limit) / max_abs;
  }
  return params;
}

QuantParams asymmetric_params(float min_value, float max_value, Bits bits) {
  const float range = max_value - min_value;
  require_finite(range);
  const std::int32_t limit = (1 << bits) - 1;
  QuantParams params{{bits, false}, 0, 0, 0, 0, limit};
  if (range >= kMinRange) {
    params.scale = range / static_cast<float>(limit);
    params.inv_scale = static_cast<float>(limit) / range;
    params.zero_point = std::clamp(round_half_even(-min_value * params.inv_scale), 0, limit);
  }
  return params;
}

std::int32_t round_half_even(float x) {
  // Adding 1.5 * 2^23 leaves no fraction bits: the FPU's own round-half-even does the work.
  constexpr float kShift = 0x1.8p23f;
  const float shifted = x + kShift;
  return static_cast<std::int32_t>(shifted - kShift);
}

std::int32_t quantize_nearest(float x, const QuantParams& params) {
  if (params.format.is_two_level()) return two_level_code(x);
  const float scaled = std::clamp(x * params.inv_scale, -0x1p21f, 0x1p21f);
  return std::clamp(round_half_even(scaled) + params.zero_point, params.min_code, params.max_code);
}

std::int32_t quantize_stochastic(float x, const QuantParams& params, std::uint32_t random16) {
  if (params.format.is_two_level()) return two_level_stochastic(x, params, random16);
  const float fixed = std::floor(scaled_to_code_range(x, params) * 0x1p16f);  // |fixed| < 2^23: exact
  return (static_cast<std::int32_t>(fixed) + static_cast<std::int32_t>(random16)) >> 16;
}

float dequantize(std::int32_t code, const QuantParams& params) {
  return static_cast<float>(code - params.zero_point) * params.scale;
}

std::int32_t scaled_q16(float x, const QuantParams& params) {
  return static_cast<std::int32_t>(std::floor(std::clamp(x * params.inv_scale, -0x1p14f, 0x1p14f) * 0x1p16f));
}

std::int64_t quantization_error_q16(float x, std::int32_t code, const QuantParams& params) {
  return level_error_q16(scaled_q16(x, params), code - params.zero_point);
}

}  // namespace ampa::numerics
