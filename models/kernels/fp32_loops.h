// FP32 tiles in vectors of AMPA_FP32_LANES lanes, compiled once per instruction set (see elementwise_loops.h). Lanes
// are columns, so that every sum keeps its own order whatever the width.
#pragma once

#include "kernels/fp32_tiles.h"

namespace ampa::kernels {
namespace {

constexpr int kFp32Lanes = AMPA_FP32_LANES;
constexpr int kFp32Vectors = kFp32Lanes == 16 ? 1 : 2;  // as many as the registers hold
constexpr int kFp32Rows = kFp32Lanes == 16 ? 8 : 4;     // likewise
constexpr int kFp32Cols = kFp32Lanes * kFp32Vectors;

typedef float Fp32Vector __attribute__((vector_size(4 * kFp32Lanes)));
typedef float Fp32VectorAnywhere __attribute__((vector_size(4 * kFp32Lanes), aligned(4), may_alias));

// Columns `col` .. of a tile row, as far as they exist.
inline void store_columns(const Fp32Vector (&sums)[kFp32Vectors], std::int64_t col, std::int64_t num_cols, float* out) {
  if (col + kFp32Cols <= num_cols) {
    for (int v = 0; v < kFp32Vectors; ++v) *reinterpret_cast<Fp32VectorAnywhere*>(out + col + v * kFp32Lanes) = sums[v];
    return;
  }
  for (std::int64_t c = col; c < num_cols; ++c) out[c] = sums[(c - col) / kFp32Lanes][(c - col) % kFp32Lanes];
}

// As far as they exist; 0 elsewhere.
inline void load_columns(const float* row, std::int64_t col, std::int64_t num_cols, Fp32Vector (&sums)[kFp32Vectors]) {
  if (col + kFp32Cols <= num_cols) {
    for (int v = 0; v < kFp32Vectors; ++v)
      sums[v] = *reinterpret_cast<const Fp32VectorAnywhere*>(row + col + v * kFp32Lanes);
    return;
  }
  for (std::int64_t c = col; c < num_cols; ++c) sums[(c - col) / kFp32Lanes][(c - col) % kFp32Lanes] = row[c];
}

// Columns `col` .. of a tile of rows; `columns` are those of its block of 16.
template <bool kAdd>
inline void fp32_dot_tile(const float* const* rows, std::int64_t num_rows, const Fp32Row& shape, const float* columns,
                          std::int64_t col, std::int64_t num_cols, std::int64_t out_step, float* out) {
  Fp32Vector sums[kFp32Rows][kFp32Vectors] = {};
  if (kAdd)
#pragma GCC unroll 8
    for (int r = 0; r < kFp32Rows; ++r)
      if (r < num_rows) load_columns(out + r * out_step, col, num_cols, sums[r]);
  const float* tile[kFp32Rows];  // a copy, which stays in registers
  for (int r = 0; r < kFp32Rows; ++r) tile[r] = rows[r] + shape.begin;
  const float* b = columns;
  for (std::int64_t segment = 0; segment < shape.segments; ++segment) {
    const std::int64_t begin = segment * shape.segment_step;
    for (std::int64_t i = begin; i < begin + shape.segment_length; ++i, b += kFp32Pad) {
      Fp32Vector block[kFp32Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < kFp32Vectors; ++v)
        block[v] = *reinterpret_cast<const Fp32VectorAnywhere*>(b + v * kFp32Lanes);
#pragma GCC unroll 8
      for (int r = 0; r < kFp32Rows; ++r)
#pragma GCC unroll 2
        for (int v = 0; v < kFp32Vectors; ++v) sums[r][v] += tile[r][i] * block[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kFp32Rows; ++r)
    if (r < num_rows) store_columns(sums[r], col, num_cols, out + r * out_step);
}

constexpr std::int64_t kFp32RowsTogether = 32;  // that use a block of columns while it is near

template <bool kAdd>
inline void fp32_dot_all(const float* const* rows, std::int64_t num_rows, const Fp32Row& shape, const float* columns,
                         std::int64_t num_cols, std::int64_t out_step, float* out) {
  const std::int64_t block_step = shape.depth() * kFp32Pad;
  for (std::int64_t begin = 0; begin < num_rows; begin += kFp32RowsTogether) {
    const std::int64_t end = begin + kFp32RowsTogether < num_rows ? begin + kFp32RowsTogether : num_rows;
    for (std::int64_t col = 0; col < num_cols; col += kFp32Cols)
      for (std::int64_t row = begin; row < end; row += kFp32Rows)
        fp32_dot_tile<kAdd>(rows + row, num_rows - row, shape, columns + col / kFp32Pad * block_step + col % kFp32Pad,
                            col, num_cols, out_step, out + row * out_step);
  }
}

void fp32_dot_rows(const float* const* rows, std::int64_t num_rows, const Fp32Row& shape, const float* columns,
                   std::int64_t num_cols, std::int64_t out_step, bool add, float* out) {
  if (add)
    fp32_dot_all<true>(rows, num_rows, shape, columns, num_cols, out_step, out);
  else
    fp32_dot_all<false>(rows, num_rows, shape, columns, num_cols, out_step, out);
}

// One image; `g` points to kFp32Rows gradients of its first position each.
inline void fp32_outer_tile(const float* const (&g)[kFp32Rows], std::int64_t g_step, const float* x,
                            const Fp32Positions& positions, Fp32Vector (&sums)[kFp32Rows][kFp32Vectors]) {
  std::int64_t i = 0;
  for (std::int64_t y = 0; y < positions.height; ++y) {
    const float* position = x + y * positions.y_step;
    for (std::int64_t step = 0; step < positions.width; ++step, position += positions.x_step, i += g_step) {
      Fp32Vector columns[kFp32Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < kFp32Vectors; ++v)
        columns[v] = *reinterpret_cast<const Fp32VectorAnywhere*>(position + v * kFp32Lanes);
#pragma GCC unroll 8
      for (int r = 0; r < kFp32Rows; ++r)
#pragma GCC unroll 2
        for (int v = 0; v < kFp32Vectors; ++v) sums[r][v] += g[r][i] * columns[v];
    }
  }
}

void fp32_outer_sums(const float* g, std::int64_t g_step, std::int64_t num_rows, const float* const* x,
                     const Fp32Positions& positions, std::int64_t num_cols, std::int64_t out_step, float* out) {
  const std::int64_t image_step = positions.height * positions.width * g_step;
  for (std::int64_t row = 0; row < num_rows; row += kFp32Rows)
    for (std::int64_t col = 0; col < num_cols; col += kFp32Cols) {
      const float* tile_g[kFp32Rows];
      for (int r = 0; r < kFp32Rows; ++r) tile_g[r] = g + (row + r < num_rows ? row + r : num_rows - 1);
      Fp32Vector total[kFp32Rows][kFp32Vectors] = {};
      fp32_outer_tile(tile_g, g_step, x[0] + col, positions, total);
      for (std::int64_t image = 1; image < positions.images; ++image) {
        for (int r = 0; r < kFp32Rows; ++r) tile_g[r] += image_step;
        Fp32Vector sums[kFp32Rows][kFp32Vectors] = {};
        fp32_outer_tile(tile_g, g_step, x[image] + col, positions, sums);
#pragma GCC unroll 8
        for (int r = 0; r < kFp32Rows; ++r)
#pragma GCC unroll 2
          for (int v = 0; v < kFp32Vectors; ++v) total[r][v] += sums[r][v];
      }
      for (int r = 0; r < kFp32Rows; ++r)
        if (row + r < num_rows) store_columns(total[r], col, num_cols, out + (row + r) * out_step);
    }
}

}  // namespace
}  // namespace ampa::kernels
