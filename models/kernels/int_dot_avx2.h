// Integer dot products with AVX2: bytes are widened to 16 bits first, because the byte product instruction saturates. A
// lane's group of 4 gives two sums of 2 products, which are added at the end.
#pragma once

#include <immintrin.h>

#include "kernels/int_dot.h"

namespace ampa::kernels {
namespace {

constexpr int kQuarters = 4;    // a block of 16 lanes is 4 vectors of 4 lanes x 4 words
constexpr int kRowsInHand = 2;  // rows whose sums fit the registers

inline __m256i widened_unsigned(const void* bytes) {
  return _mm256_cvtepu8_epi16(_mm_loadu_si128(static_cast<const __m128i*>(bytes)));
}

inline __m256i widened_signed(const void* bytes) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(static_cast<const __m128i*>(bytes)));
}

inline __m128i repeated_group(const void* bytes) {
  std::int32_t group;
  __builtin_memcpy(&group, bytes, sizeof group);
  return _mm_set1_epi32(group);
}

// Lanes 4 quarter .. 4 quarter + 3 of the sums, two neighbouring 32-bit halves each.
inline __m128i lane_sums(__m256i pairs) {
  const __m256i sums = _mm256_hadd_epi32(pairs, pairs);  // within 128-bit halves
  return _mm_unpacklo_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

inline void dot_block(const std::uint8_t* const* rows, const RowShape& shape, const std::int8_t* b,
                      std::int32_t (&out)[kRowsInHand][kLanes]) {
  __m256i sums[kRowsInHand][kQuarters];
#pragma GCC unroll 2
  for (int r = 0; r < kRowsInHand; ++r)
#pragma GCC unroll 4
    for (int q = 0; q < kQuarters; ++q) sums[r][q] = _mm256_setzero_si256();
  for (std::int64_t segment = 0; segment < shape.segments; ++segment) {
    const std::int64_t begin = segment * shape.segment_step;
    for (std::int64_t i = begin; i < begin + shape.groups * kGroup; i += kGroup, b += kBlockBytes) {
      __m256i codes[kRowsInHand];
#pragma GCC unroll 2
      for (int r = 0; r < kRowsInHand; ++r) codes[r] = _mm256_cvtepu8_epi16(repeated_group(rows[r] + i));
#pragma GCC unroll 4
      for (int q = 0; q < kQuarters; ++q) {
        const __m256i columns = widened_signed(b + q * 16);
#pragma GCC unroll 2
        for (int r = 0; r < kRowsInHand; ++r)
          sums[r][q] = _mm256_add_epi32(sums[r][q], _mm256_madd_epi16(codes[r], columns));
      }
    }
  }
  for (int r = 0; r < kRowsInHand; ++r)
    for (int q = 0; q < kQuarters; ++q)
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out[r] + 4 * q), lane_sums(sums[r][q]));
}

void dot_rows(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
              const PackedColumns& columns, std::int32_t* out) {
  const std::int64_t num_cols = columns.num_cols, block_step = shape.segments * shape.groups * kBlockBytes;
  for (std::int64_t col = 0; col < num_cols; col += kLanes)
    for (std::int64_t row = 0; row < num_rows; row += kRowsInHand) {
      std::int32_t sums[kRowsInHand][kLanes];
      dot_block(rows + row, shape, columns.codes + col / kLanes * block_step, sums);
      const std::int64_t valid = num_cols - col < kLanes ? num_cols - col : kLanes;
      for (int r = 0; r < kRowsInHand && row + r < num_rows; ++r)
        for (std::int64_t c = 0; c < valid; ++c)
          out[(row + r) * num_cols + col + c] = static_cast<std::int32_t>(
              static_cast<std::uint32_t>(columns.start[col + c]) + static_cast<std::uint32_t>(sums[r][c]));
    }
}

// kRowsInHand rows of gradients by one block of 16 lanes.
inline void outer_block(const std::int8_t* g, const std::uint8_t* x, const OuterShape& shape, std::int64_t sums_step,
                        std::int32_t* out) {
  __m256i sums[kRowsInHand][kQuarters];
#pragma GCC unroll 2
  for (int r = 0; r < kRowsInHand; ++r)
#pragma GCC unroll 4
    for (int q = 0; q < kQuarters; ++q) sums[r][q] = _mm256_setzero_si256();
  for (std::int64_t y = 0; y < shape.heights; ++y) {
    const std::uint8_t* codes = x + y * shape.y_stride * shape.x_row_step;
    for (std::int64_t group = 0; group < shape.groups; ++group, codes += kBlockBytes, g += kBlockBytes) {
      __m256i gradients[kRowsInHand];
#pragma GCC unroll 2
      for (int r = 0; r < kRowsInHand; ++r) gradients[r] = _mm256_cvtepi8_epi16(repeated_group(g + r * kGroup));
#pragma GCC unroll 4
      for (int q = 0; q < kQuarters; ++q) {
        const __m256i columns = widened_unsigned(codes + q * 16);
#pragma GCC unroll 2
        for (int r = 0; r < kRowsInHand; ++r)
          sums[r][q] = _mm256_add_epi32(sums[r][q], _mm256_madd_epi16(gradients[r], columns));
      }
    }
  }
  for (int r = 0; r < kRowsInHand; ++r)
    for (int q = 0; q < kQuarters; ++q) {
      __m128i* target = reinterpret_cast<__m128i*>(out + r * sums_step + 4 * q);
      _mm_storeu_si128(target, _mm_add_epi32(_mm_loadu_si128(target), lane_sums(sums[r][q])));
    }
}

void outer_sums(const std::int8_t* g, std::int64_t row_blocks, const std::uint8_t* x, const OuterShape& shape,
                std::int32_t* sums) {
  const std::int64_t blocks = shape.segments * shape.lane_blocks, sums_step = blocks * kLanes;
  const std::int64_t g_block_step = shape.heights * shape.groups * kBlockBytes;
  for (std::int64_t row = 0; row < row_blocks * kLanes; row += kRowsInHand) {
    const std::int8_t* rows = g + row / kLanes * g_block_step + row % kLanes * kGroup;
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t segment = block / shape.lane_blocks, lanes = block % shape.lane_blocks;
      outer_block(rows, x + segment * shape.x_row_step + lanes * shape.groups * kBlockBytes, shape, sums_step,
                  sums + row * sums_step + block * kLanes);
    }
  }
}

}  // namespace
}  // namespace ampa::kernels
