// Integer dot products with vpdpbusd: 16 lanes of 4 unsigned-by-signed byte products each, added without saturation.
#pragma once

#include <immintrin.h>

#include "kernels/int_dot.h"

namespace ampa::kernels {
namespace {

inline __m512i broadcast_group(const std::uint8_t* codes) {
  std::int32_t group;
  __builtin_memcpy(&group, codes, sizeof group);
  return _mm512_set1_epi32(group);
}

// kTileRows rows by kBlocks blocks of 16 columns, of which the last `valid` lanes of the last block exist.
template <int kBlocks>
inline void dot_tile(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
                     const std::int8_t* b, const std::int32_t* start, std::int64_t num_cols, std::int64_t valid,
                     std::int32_t* out) {
  const std::int64_t block_step = shape.segments * shape.groups * kBlockBytes;
  const std::uint8_t *r0 = rows[0], *r1 = rows[1], *r2 = rows[2], *r3 = rows[3];
  const std::uint8_t *r4 = rows[4], *r5 = rows[5], *r6 = rows[6], *r7 = rows[7];
  __m512i sums[kTileRows][kBlocks];
#pragma GCC unroll 8
  for (int r = 0; r < kTileRows; ++r)
#pragma GCC unroll 3
    for (int v = 0; v < kBlocks; ++v) sums[r][v] = _mm512_loadu_si512(start + v * kLanes);
  for (std::int64_t segment = 0; segment < shape.segments; ++segment) {
    const std::int64_t begin = segment * shape.segment_step;
    for (std::int64_t i = begin; i < begin + shape.groups * kGroup; i += kGroup, b += kBlockBytes) {
      __m512i columns[kBlocks];
#pragma GCC unroll 3
      for (int v = 0; v < kBlocks; ++v) columns[v] = _mm512_loadu_si512(b + v * block_step);
      const std::uint8_t* const tile[kTileRows] = {r0, r1, r2, r3, r4, r5, r6, r7};
#pragma GCC unroll 8
      for (int r = 0; r < kTileRows; ++r) {
        const __m512i codes = broadcast_group(tile[r] + i);
#pragma GCC unroll 3
        for (int v = 0; v < kBlocks; ++v) sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], codes, columns[v]);
      }
    }
  }
  const __mmask16 last = static_cast<__mmask16>((1u << valid) - 1);
#pragma GCC unroll 8
  for (int r = 0; r < kTileRows; ++r) {
    if (r >= num_rows) break;
#pragma GCC unroll 3
    for (int v = 0; v < kBlocks; ++v)
      _mm512_mask_storeu_epi32(out + r * num_cols + v * kLanes, v + 1 < kBlocks ? 0xFFFF : last, sums[r][v]);
  }
}

void dot_rows(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
              const PackedColumns& columns, std::int32_t* out) {
  const std::int64_t num_cols = columns.num_cols, block_step = shape.segments * shape.groups * kBlockBytes;
  for (std::int64_t col = 0; col < num_cols;) {  // all rows use two blocks of columns while they are near
    const std::int8_t* b = columns.codes + col / kLanes * block_step;
    const std::int64_t left = num_cols - col, blocks = left > kLanes ? 2 : 1;
    const std::int64_t valid = left < blocks * kLanes ? left - (blocks - 1) * kLanes : kLanes;
    for (std::int64_t row = 0; row < num_rows; row += kTileRows) {
      std::int32_t* const tile_out = out + row * num_cols + col;
      if (blocks == 2)
        dot_tile<2>(rows + row, num_rows - row, shape, b, columns.start + col, num_cols, valid, tile_out);
      else
        dot_tile<1>(rows + row, num_rows - row, shape, b, columns.start + col, num_cols, valid, tile_out);
    }
    col += blocks * kLanes;
  }
}

// 8 rows of gradients by kBlocks blocks of 16 lanes.
template <int kBlocks>
inline void outer_tile(const std::int8_t* g, const std::uint8_t* x, const OuterShape& shape, std::int64_t sums_step,
                       std::int32_t* out) {
  const std::int64_t block_step = shape.groups * kBlockBytes, y_step = shape.y_stride * shape.x_row_step;
  __m512i sums[8][kBlocks];
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r)
#pragma GCC unroll 3
    for (int v = 0; v < kBlocks; ++v) sums[r][v] = _mm512_loadu_si512(out + r * sums_step + v * kLanes);
  for (std::int64_t y = 0; y < shape.heights; ++y) {
    const std::uint8_t* codes = x + y * y_step;
    for (std::int64_t group = 0; group < shape.groups; ++group, codes += kBlockBytes, g += kBlockBytes) {
      __m512i columns[kBlocks];
#pragma GCC unroll 3
      for (int v = 0; v < kBlocks; ++v) columns[v] = _mm512_loadu_si512(codes + v * block_step);
#pragma GCC unroll 8
      for (int r = 0; r < 8; ++r) {
        const __m512i gradients = broadcast_group(reinterpret_cast<const std::uint8_t*>(g) + r * kGroup);
#pragma GCC unroll 3
        for (int v = 0; v < kBlocks; ++v) sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], columns[v], gradients);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r)
#pragma GCC unroll 3
    for (int v = 0; v < kBlocks; ++v) _mm512_storeu_si512(out + r * sums_step + v * kLanes, sums[r][v]);
}

void outer_sums(const std::int8_t* g, std::int64_t row_blocks, const std::uint8_t* x, const OuterShape& shape,
                std::int32_t* sums) {
  const std::int64_t sums_step = shape.segments * shape.lane_blocks * kLanes;
  const std::int64_t g_block_step = shape.heights * shape.groups * kBlockBytes;
  for (std::int64_t half = 0; half < 2 * row_blocks; ++half) {
    const std::int8_t* rows = g + half / 2 * g_block_step + half % 2 * (kBlockBytes / 2);
    for (std::int64_t segment = 0; segment < shape.segments; ++segment)
      for (std::int64_t block = 0; block < shape.lane_blocks;) {
        const std::uint8_t* codes = x + segment * shape.x_row_step + block * shape.groups * kBlockBytes;
        std::int32_t* out = sums + half * 8 * sums_step + (segment * shape.lane_blocks + block) * kLanes;
        const std::int64_t left = shape.lane_blocks - block;
        if (left == 1) {
          outer_tile<1>(rows, codes, shape, sums_step, out);
        } else if (left == 2 || left == 4) {
          outer_tile<2>(rows, codes, shape, sums_step, out);
        } else {
          outer_tile<3>(rows, codes, shape, sums_step, out);
        }
        block += left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
      }
  }
}

}  // namespace
}  // namespace ampa::kernels
