// The inner loops under fp32_conv.h, per instruction set.
#pragma once

#include <cstdint>

namespace ampa::kernels {

constexpr int kFp32Pad = 16;      // columns are padded to a multiple of it
constexpr int kFp32TileRows = 8;  // row pointers are padded to a multiple of it

// Pieces of a row, the first one `begin` floats behind its pointer.
struct Fp32Row {
  std::int64_t segments = 0, segment_step = 0, segment_length = 0;  // in floats
  std::int64_t begin = 0;

  std::int64_t depth() const { return segments * segment_length; }
};

// Positions of images: (y, x) of one lies at y * y_step + x * x_step floats.
struct Fp32Positions {
  std::int64_t height = 0, width = 0, y_step = 0, x_step = 0;
  std::int64_t images = 1;
};

struct Fp32Kernels {
  // out[r][c] = sum over k ascending of rows[r][k] * column c's element k, from 0 or, with `add`, from out[r][c].
  // `columns` are [column / 16][depth][16]; rows of `out` are out_step floats apart.
  void (*dot_rows)(const float* const* rows, std::int64_t num_rows, const Fp32Row& shape, const float* columns,
                   std::int64_t num_cols, std::int64_t out_step, bool add, float* out);

  // out[m][c] = sum over images ascending of the sum over their positions ascending of g[position][m] *
  // x[image][position][c], for m < num_rows and c < num_cols. g has the positions of all images, g_step floats apart;
  // rows of `out` are out_step floats apart. Reads x up to num_cols rounded up to 16.
  void (*outer_sums)(const float* g, std::int64_t g_step, std::int64_t num_rows, const float* const* x,
                     const Fp32Positions& positions, std::int64_t num_cols, std::int64_t out_step, float* out);
};

const Fp32Kernels& active_fp32();

}  // namespace ampa::kernels
