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

// floor(x) of |x| < 2^31, by truncation where no instruction rounds down.
inline std::int32_t floor_to_int(float x) {
#ifdef __SSE4_1__
  return static_cast<std::int32_t>(__builtin_floorf(x));
#endif
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

// A bound that no code reaches, and within which 16 fractional bits fit an integer. Volatile, for a compiler that knows
// it carries it through every operation on a clamped value, each with a condition of its own.
const volatile float kScaledBound = 0x1p14f;

inline float scaled(float x, float inv_scale, float bound) {
  return clamp_float(x * inv_scale, -bound, bound);
}

// What a block of elements adds to QuantizationSums. Errors of less than one code, all that there are unless values are
// clipped, have 16 bits, and 32 bits hold the sum of a block of them.
struct BlockSums {
  static constexpr std::int64_t kElements = 1 << 16;
  std::uint32_t error = 0, all_errors = 0;  // all_errors: the bits that any of them has
  std::uint32_t abs_codes = 0;

  // `fixed` is the scaled element in units of 2^-16, `distance` its code less the zero point.
  void add_error(std::int32_t fixed, std::int32_t distance) {
    const std::int32_t difference = fixed - distance * 65536;
    const auto magnitude = static_cast<std::uint32_t>(difference < 0 ? -difference : difference);
    error += magnitude;
    all_errors |= magnitude;
  }
  void add_distance(std::int32_t distance) {
    abs_codes += static_cast<std::uint32_t>(distance < 0 ? -distance : distance);
  }
};

// The same sum of errors whatever their size. Exists for both kinds of codes.
template <typename Code>
std::int64_t error_of_codes(const float* __restrict x, const std::uint8_t* __restrict codes, std::int64_t n,
                            const numerics::QuantParams& params) {
  const float bound = kScaledBound;
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t fixed = floor_to_int(scaled(x[i], params.inv_scale, bound) * 0x1p16f);
    const std::int32_t difference = fixed - (static_cast<Code>(codes[i]) - params.zero_point) * 65536;
    sum += static_cast<std::uint32_t>(difference < 0 ? -difference : difference);
  }
  return static_cast<std::int64_t>(sum);
}

inline void add_block(const BlockSums& block, const float* x, const std::uint8_t* codes, std::int64_t n,
                      const numerics::QuantParams& params, QuantizationSums& sums) {
  sums.abs_codes += block.abs_codes;
  if (block.all_errors < 65536)
    sums.error_q16 += block.error;
  else
    sums.error_q16 += params.format.is_signed ? error_of_codes<std::int8_t>(x, codes, n, params)
                                              : error_of_codes<std::uint8_t>(x, codes, n, params);
}

template <bool kMeasure>
inline void nearest_codes(const float* __restrict x, std::int64_t n, const numerics::QuantParams& params,
                          std::uint8_t* __restrict codes, BlockSums& sums) {
  const float inv_scale = params.inv_scale, bound = kScaledBound;
  const std::int32_t zero_point = params.zero_point, low = params.min_code, high = params.max_code;
  BlockSums block;
  for (std::int64_t i = 0; i < n; ++i) {
    const float u = scaled(x[i], inv_scale, bound);
    const std::int32_t rounded = static_cast<std::int32_t>((u + kRoundShift) - kRoundShift);
    const std::int32_t code = clamp_int(rounded + zero_point, low, high);
    codes[i] = static_cast<std::uint8_t>(code);
    if (!kMeasure) continue;
    block.add_error(floor_to_int(u * 0x1p16f), code - zero_point);
    block.add_distance(code - zero_point);
  }
  if (kMeasure) sums = block;
}

void quantize_nearest(const float* x, std::int64_t n, const numerics::QuantParams& params, std::uint8_t* codes,
                      QuantizationSums* sums) {
  BlockSums block;
  if (!sums) return nearest_codes<false>(x, n, params, codes, block);
  for (std::int64_t begin = 0; begin < n; begin += BlockSums::kElements) {
    const std::int64_t count = n - begin < BlockSums::kElements ? n - begin : BlockSums::kElements;
    nearest_codes<true>(x + begin, count, params, codes + begin, block);
    add_block(block, x + begin, codes + begin, count, params, *sums);
  }
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

// Of at most 2^16 sums, split so that 32 bits hold the halves.
template <bool kCol>
inline std::int64_t sum_abs_of_block(const std::int32_t* acc, std::int64_t n, const std::int32_t* col) {
  std::uint32_t low = 0, high = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t bits = static_cast<std::uint32_t>(acc[i]) - (kCol ? static_cast<std::uint32_t>(col[i]) : 0u);
    const std::uint32_t magnitude = static_cast<std::int32_t>(bits) < 0 ? 0u - bits : bits;
    low += magnitude & 0xFFFF;
    high += magnitude >> 16;
  }
  return static_cast<std::int64_t>(high) * 65536 + low;
}

template <bool kCol>
inline std::int64_t sum_abs_of_row(const std::int32_t* acc, std::int64_t n, const std::int32_t* col) {
  constexpr std::int64_t kBlock = 1 << 16;
  std::int64_t sum = 0;
  for (std::int64_t begin = 0; begin < n; begin += kBlock)
    sum += sum_abs_of_block<kCol>(acc + begin, n - begin < kBlock ? n - begin : kBlock, kCol ? col + begin : col);
  return sum;
}

std::int64_t sum_abs(const std::int32_t* acc, std::int64_t rows, std::int64_t cols, const std::int32_t* col) {
  if (col == nullptr) return sum_abs_of_row<false>(acc, rows * cols, col);
  std::int64_t sum = 0;
  for (std::int64_t row = 0; row < rows; ++row) sum += sum_abs_of_row<true>(acc + row * cols, cols, col);
  return sum;
}

}  // namespace
}  // namespace ampa::kernels
