// The inner loops under fp32_conv.h, per instruction set.
#pragma once

#include <cstdint>

namespace ampa::kernels {

constexpr int kFp32Pad = 16;      // columns are padded to a multiple of it
constexpr int kFp32TileRows = 8;  // row pointers are padded to a multiple of it

struct Fp32Row {
  std::int64_t segments = 0, segment_step = 0, segment_length = 0;  // in floats
};

// Positions of one image: (y, x) lies at y * y_step + x * x_step floats.
struct Fp32Positions {
  std::int64_t height = 0, width = 0, y_step = 0, x_step = 0;
};

struct Fp32Kernels {
  // out[r][c] = sum over k ascending of rows[r][k] * packed[k][c]; packed is [depth][num_cols rounded up to 16].
  void (*dot_rows)(const float* const* rows, std::int64_t num_rows, const Fp32Row& shape, const float* packed,
                   std::int64_t num_cols, float* out);

  // out[m][c] = sum over positions ascending of g[position][m] * x[position][c], for m < num_rows and c < num_cols.
  // `out` rows are out_step floats apart. Reads x up to num_cols rounded up to 16.
  void (*outer_sums)(const float* g, std::int64_t g_step, std::int64_t num_rows, const float* x,
                     const Fp32Positions& positions, std::int64_t num_cols, std::int64_t out_step, float* out);
};

const Fp32Kernels& active_fp32();

}  // namespace ampa::kernels
