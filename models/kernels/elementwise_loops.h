// Loops over the elements of a tensor, compiled once per instruction set by the file that includes this one. Written so
// that the compiler vectorises them; they call nothing outside, and everything is local to the including file.
#pragma once

#include "kernels/kernels.h"

namespace ampa::kernels {
namespace {

// How far ahead of a loop its cache lines are asked for: processors look ahead themselves, but not across pages.
constexpr std::int64_t kAheadBytes = 8192;

inline void will_read(const void* at) {
  __builtin_prefetch(static_cast<const char*>(at) + kAheadBytes, 0, 3);
}
inline void will_write(void* at) {
  __builtin_prefetch(static_cast<char*>(at) + kAheadBytes, 1, 3);
}

constexpr float kRoundShift = 0x1.8p23f;  // adding it leaves no fraction bits: round-half-even by the FPU

inline float clamp_float(float x, float low, float high) {
  x = x < low ? low : x;
  return high < x ? high : x;
}

inline std::int32_t clamp_int(std::int32_t x, std::int32_t low, std::int32_t high) {
  x = x < low ? low : x;
  return high < x ? high : x;
}

// floor(x) of |x| < 2^31 by truncation.
inline std::int32_t floor_to_int(float x) {
  const std::int32_t truncated = static_cast<std::int32_t>(x);
  return truncated - (static_cast<float>(truncated) > x ? 1 : 0);
}

// Integers in the order of the floats they come from; its own inverse.
inline std::int32_t order_bits(std::int32_t bits) {
  return bits ^ ((bits >> 31) & 0x7FFFFFFF);
}

inline float float_of_bits(std::int32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

// Comparing integers instead of floats vectorises without fast-math and meets infinities and NaNs beyond the finite
// numbers.
Range range(const float* x, std::int64_t n) {
  constexpr std::int32_t kPlusInfinity = 0x7F800000;
  std::int32_t lowest = 0, highest = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    std::int32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    const std::int32_t ordered = order_bits(bits);
    lowest = ordered < lowest ? ordered : lowest;
    highest = ordered > highest ? ordered : highest;
  }
  const bool finite = highest < kPlusInfinity && lowest > ~kPlusInfinity;
  return {float_of_bits(order_bits(lowest)) + 0.0f, float_of_bits(highest), finite};  // + 0 turns -0 into 0
}

void quantize_nearest(const float* __restrict x, std::int64_t n, const numerics::QuantParams& params,
                      std::uint8_t* __restrict codes) {
  const float inv_scale = params.inv_scale;
  const std::int32_t zero_point = params.zero_point, low = params.min_code, high = params.max_code;
  for (std::int64_t i = 0; i < n; ++i) {
    const float scaled = clamp_float(x[i] * inv_scale, -0x1p21f, 0x1p21f);
    const std::int32_t rounded = static_cast<std::int32_t>((scaled + kRoundShift) - kRoundShift);
    codes[i] = static_cast<std::uint8_t>(clamp_int(rounded + zero_point, low, high));
  }
}

// Where a loop needs to know how the codes are written, it exists for both byte types.
template <typename Code>
std::int64_t error_of_codes(const float* __restrict x, const std::uint8_t* __restrict codes, std::int64_t n,
                            const numerics::QuantParams& params) {
  const float inv_scale = params.inv_scale;
  const std::int32_t zero_point = params.zero_point;
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t fixed = floor_to_int(clamp_float(x[i] * inv_scale, -0x1p14f, 0x1p14f) * 0x1p16f);
    const std::int32_t difference = fixed - (static_cast<Code>(codes[i]) - zero_point) * 65536;
    sum += static_cast<std::uint32_t>(difference < 0 ? -difference : difference);
  }
  return static_cast<std::int64_t>(sum);
}

std::int64_t quantization_error_q16(const float* x, const std::uint8_t* codes, std::int64_t n,
                                    const numerics::QuantParams& params) {
  return params.format.is_signed ? error_of_codes<std::int8_t>(x, codes, n, params)
                                 : error_of_codes<std::uint8_t>(x, codes, n, params);
}

template <typename Code>
std::int64_t sum_of_magnitudes(const std::uint8_t* codes, std::int64_t n, std::int32_t zero_point) {
  constexpr std::int64_t kBlock = 1 << 16;  // |code - zero point| < 2^9: a block's sum fits 32 bits
  std::int64_t sum = 0;
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    const std::int64_t end = begin + kBlock < n ? begin + kBlock : n;
    std::int32_t block = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int32_t difference = static_cast<Code>(codes[i]) - zero_point;
      block += difference < 0 ? -difference : difference;
    }
    sum += block;
  }
  return sum;
}

std::int64_t sum_abs_codes(const std::uint8_t* codes, std::int64_t n, const numerics::QuantParams& params) {
  return params.format.is_signed ? sum_of_magnitudes<std::int8_t>(codes, n, params.zero_point)
                                 : sum_of_magnitudes<std::uint8_t>(codes, n, params.zero_point);
}

// A cache line of sums and of results; GCC splits it where registers are shorter.
constexpr std::int64_t kLine = 16;
typedef std::int32_t LineOfSums __attribute__((vector_size(64), aligned(4), may_alias));
typedef std::uint32_t LineOfBits __attribute__((vector_size(64), aligned(4), may_alias));
typedef float LineOfFloats __attribute__((vector_size(64), aligned(4), may_alias));

// acc and out may be the same memory. Without `kCol` there is nothing to subtract.
template <bool kAdd, bool kCol>
inline void dequantize_row(const std::int32_t* acc, std::int64_t n, const std::int32_t* col, float scale, float* out) {
  std::int64_t i = 0;
  for (; i + kLine <= n; i += kLine) {
    will_write(out + i);
    LineOfBits difference = *reinterpret_cast<const LineOfBits*>(acc + i);
    if (kCol) difference -= *reinterpret_cast<const LineOfBits*>(col + i);
    LineOfFloats* const target = reinterpret_cast<LineOfFloats*>(out + i);
    const LineOfFloats value = __builtin_convertvector((LineOfSums)difference, LineOfFloats) * scale;
    *target = kAdd ? *target + value : value;
  }
  for (; i < n; ++i) {
    std::uint32_t difference;
    __builtin_memcpy(&difference, acc + i, sizeof difference);
    if (kCol) difference -= static_cast<std::uint32_t>(col[i]);
    const float value = static_cast<float>(static_cast<std::int32_t>(difference)) * scale;
    out[i] = kAdd ? out[i] + value : value;
  }
}

template <bool kAdd>
inline void dequantize_rows(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col,
                            float scale, float* out) {
  if (col == nullptr) return dequantize_row<kAdd, false>(acc, rows * cols, acc, scale, out);
  for (std::int64_t row = 0; row < rows; ++row)
    dequantize_row<kAdd, true>(acc + row * cols, cols, col, scale, out + row * cols);
}

void dequantize(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col, float scale,
                bool add, float* out) {
  if (add)
    dequantize_rows<true>(acc, rows, cols, col, scale, out);
  else
    dequantize_rows<false>(acc, rows, cols, col, scale, out);
}

std::int64_t sum_abs(const std::int32_t* acc, std::int64_t n) {
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const auto bits = static_cast<std::uint32_t>(acc[i]);
    sum += acc[i] < 0 ? 0u - bits : bits;
  }
  return static_cast<std::int64_t>(sum);
}

}  // namespace
}  // namespace ampa::kernels
