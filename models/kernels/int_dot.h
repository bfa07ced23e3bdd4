// The integer inner loops under gemm::CpuBackend: products of unsigned by signed bytes, summed in 32 bits modulo 2^32.
#pragma once

#include <cstdint>

namespace ampa::kernels {

constexpr int kLanes = 16;    // columns a block of packed operands holds
constexpr int kGroup = 4;     // consecutive depths a lane holds
constexpr int kTileRows = 8;  // rows a tile computes together
constexpr std::int64_t kBlockBytes = kLanes * kGroup;

// Where the codes of a row lie behind its pointer: `segments` pieces of `groups` groups of 4 bytes. Rows come in runs
// of `run` whose pointers lie `row_step` bytes apart.
struct RowShape {
  std::int64_t segments = 0;
  std::int64_t segment_step = 0;  // bytes
  std::int64_t groups = 0;
  std::int64_t run = 1;
  std::int64_t row_step = 0;
  bool is_signed = false;
};

// num_cols columns of signed codes as [column / 16][segment][group][16][4]. Lanes and depths that do not exist hold 0.
struct PackedColumns {
  const std::int8_t* codes = nullptr;
  const std::int32_t* start = nullptr;  // what each sum starts from; num_cols rounded up to 16
  std::int64_t num_cols = 0;
};

// One image's share of a sum over positions. `g` holds [row / 16][y][group][16][4] signed codes of 4 consecutive
// positions, `x` holds unsigned ones: position group (y, group), segment s, lanes block l starts at byte
//   (y * y_stride + s) * x_row_step + l * groups * 64 + group * 64.
struct OuterShape {
  std::int64_t heights = 0;  // y
  std::int64_t groups = 0;
  std::int64_t y_stride = 0;
  std::int64_t x_row_step = 0;
  std::int64_t segments = 0;
  std::int64_t lane_blocks = 0;
};

constexpr std::int64_t kTileDepth = 64;  // consecutive positions a tile of gradients holds

// Sums over `tiles` * 64 consecutive positions. `g` holds [row][g_step] signed codes, a position a byte: kTileDepth
// zeros, the codes, zeros up to the end. `x` holds [lane block][x_groups][16][4] unsigned codes of 4 consecutive
// positions each.
struct CorrelationShape {
  std::int64_t tiles = 0;
  std::int64_t row_blocks = 0;  // of 16
  std::int64_t g_step =
      0;  // bytes, a multiple of 64, (tiles + 1) * 64 at least; the last 3 codes of the last tile are 0
  std::int64_t lane_blocks = 0;  // of 16
  std::int64_t x_groups = 0;     // largest shift / 4 + 16 * tiles at least
  const std::int64_t* shifts = nullptr;
  std::int64_t num_shifts = 0;
};

// One instruction set's integer loops.
struct IntKernels {
  bool takes_signed_rows = false;  // in dot_rows

  // out[r][c] = start[c] + sum over segments, groups and bytes of rows[r] * column c. num_rows is a multiple of
  // shape.run; `rows` has room for num_rows rounded up to kTileRows pointers, all of them valid. Reads up to 3 bytes
  // behind a segment's last code.
  void (*dot_rows)(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
                   const PackedColumns& columns, std::int32_t* out);

  // sums[m][(s * lane_blocks + l) * 16 + lane] += sum over positions of g[m] * x[s][l][lane], for m in 16 * [0,
  // row_blocks).
  void (*outer_sums)(const std::int8_t* g, std::int64_t row_blocks, const std::uint8_t* x, const OuterShape& shape,
                     std::int32_t* sums);

  // out[block][group][16][4]: lane j of block b takes byte 16 b + j of positions 4 group .. 4 group + 3, which lie
  // `step` bytes apart. Positions from `count` on give 0.
  void (*interleave)(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks,
                     std::uint8_t* out);

  // out[i] = codes[i] xor 128: from signed codes to unsigned ones, 128 above them.
  void (*flip_sign)(const std::uint8_t* codes, std::int64_t n, std::uint8_t* out);

  // Of instruction sets with two-dimensional tiles, null in others:
  // sums[m][(s * lane_blocks + l) * 16 + lane] += sum over positions p of g[m][p] * x[l][p + shifts[s]][lane], for m in
  // 16 * [0, row_blocks).
  void (*correlate)(const std::int8_t* g, const std::uint8_t* x, const CorrelationShape& shape,
                    std::int32_t* sums) = nullptr;

  // The layout of correlate's `g`: byte kTileDepth + i of row 16 b + j takes byte 16 b + j of position i, which lies
  // i * step bytes behind `codes`, i < count. Rows of out are out_step bytes. Null where `correlate` is.
  void (*transpose)(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks,
                    std::uint8_t* out, std::int64_t out_step) = nullptr;
};

const IntKernels& active_int();

}  // namespace ampa::kernels
