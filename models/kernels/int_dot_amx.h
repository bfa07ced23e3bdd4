// Integer dot products in AMX tiles: 16 rows of 64 unsigned bytes by 16 columns of 64 signed ones in one instruction,
// added to 32 bits modulo 2^32. Shapes that do not fill tiles take the loops of AVX-512 VNNI.
#pragma once

#include <immintrin.h>

#include "kernels/int_dot.h"
#include "kernels/int_dot_avx512vnni.h"
#include "kernels/interleave_loops.h"

namespace ampa::kernels {
namespace {

constexpr std::int64_t kTileGroups = kTileDepth / kGroup;
constexpr std::int64_t kTileBytes = kLanes * kBlockBytes;

// The shape of the tiles, until the end of its scope: sums in tiles 0 to 3, left operands in 4 and 5, right ones in 6
// and 7. Their contents belong to the thread and cost the system a longer switch while they are in use.
class TileConfig {
 public:
  TileConfig(std::int64_t rows, std::int64_t groups) {
    for (int tile = 0; tile < 8; ++tile) {
      const bool left = tile == 4 || tile == 5, right = tile >= 6;
      layout_.row_bytes[tile] = static_cast<std::uint16_t>(left ? groups * kGroup : kBlockBytes);
      layout_.rows[tile] = static_cast<std::uint8_t>(right ? groups : rows);
    }
    asm volatile("" : : "r"(&layout_) : "memory");  // GCC 12 takes the first 8 bytes for all that is loaded
    _tile_loadconfig(&layout_);
  }
  ~TileConfig() { _tile_release(); }
  TileConfig(const TileConfig&) = delete;
  TileConfig& operator=(const TileConfig&) = delete;

 private:
  struct alignas(64) Layout {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
  };
  Layout layout_;
};

// The largest divisor of n that is at most 16.
inline std::int64_t divisor_up_to_16(std::int64_t n) {
  for (std::int64_t divisor = n < 16 ? n : 16; divisor > 1; --divisor)
    if (n % divisor == 0) return divisor;
  return 1;
}

// One call of dot_rows in tiles of `rows` rows by `groups` groups, which divide its runs and segments.
struct TiledRows {
  const std::uint8_t* const* pointers;
  RowShape shape;
  PackedColumns columns;
  std::int32_t* out;
  std::int64_t rows, groups;

  std::int64_t steps_of_segment() const { return shape.groups / groups; }
  std::int64_t block_step() const { return shape.segments * shape.groups * kBlockBytes; }
};

// Stores what exists of the sums of a tile.
inline void copy_columns(const std::int32_t* tile, std::int64_t rows, std::int64_t valid, std::int64_t num_cols,
                         std::int32_t* out) {
  for (std::int64_t row = 0; row < rows; ++row)
    __builtin_memcpy(out + row * num_cols, tile + row * kLanes, static_cast<std::size_t>(valid) * sizeof *out);
}

#define AMPA_STORE_TILE(tile, all, first_row, col)                                         \
  do {                                                                                     \
    std::int32_t* const target = (all).out + (first_row) * (all).columns.num_cols + (col); \
    const std::int64_t left = (all).columns.num_cols - (col);                              \
    if (left >= kLanes) {                                                                  \
      _tile_stored(tile, target, (all).columns.num_cols * 4);                              \
    } else {                                                                               \
      alignas(64) std::int32_t sums[kLanes * kLanes];                                      \
      _tile_stored(tile, sums, kBlockBytes);                                               \
      copy_columns(sums, (all).rows, left, (all).columns.num_cols, target);                \
    }                                                                                      \
  } while (false)

// sums += a * b, the codes of a signed or not.
#define AMPA_MULTIPLY_TILES(sums, a, b) \
  do {                                  \
    if (kSigned)                        \
      _tile_dpbssd(sums, a, b);         \
    else                                \
      _tile_dpbusd(sums, a, b);         \
  } while (false)

// Up to four tiles of rows, from row `first` on, by one block of columns.
template <bool kSigned>
inline void rows_by_block(const TiledRows& all, std::int64_t first, std::int64_t count, std::int64_t col) {
  const std::int8_t* b = all.columns.codes + col / kLanes * all.block_step();
  const std::uint8_t* a[4];
  for (std::int64_t i = 0; i < 4; ++i) a[i] = all.pointers[first + (i < count ? i : 0) * all.rows];
  const std::int64_t step = all.shape.row_step;
  _tile_loadd(0, all.columns.start + col, 0);
  _tile_loadd(1, all.columns.start + col, 0);
  _tile_loadd(2, all.columns.start + col, 0);
  _tile_loadd(3, all.columns.start + col, 0);
  for (std::int64_t segment = 0; segment < all.shape.segments; ++segment) {
    std::int64_t at = segment * all.shape.segment_step;
    for (std::int64_t i = 0; i < all.steps_of_segment();
         ++i, at += all.groups * kGroup, b += all.groups * kBlockBytes) {
      _tile_loadd(6, b, kBlockBytes);
      _tile_loadd(4, a[0] + at, step);
      AMPA_MULTIPLY_TILES(0, 4, 6);
      if (count > 1) {
        _tile_loadd(5, a[1] + at, step);
        AMPA_MULTIPLY_TILES(1, 5, 6);
      }
      if (count > 2) {
        _tile_loadd(4, a[2] + at, step);
        AMPA_MULTIPLY_TILES(2, 4, 6);
      }
      if (count > 3) {
        _tile_loadd(5, a[3] + at, step);
        AMPA_MULTIPLY_TILES(3, 5, 6);
      }
    }
  }
  AMPA_STORE_TILE(0, all, first, col);
  if (count > 1) AMPA_STORE_TILE(1, all, first + all.rows, col);
  if (count > 2) AMPA_STORE_TILE(2, all, first + 2 * all.rows, col);
  if (count > 3) AMPA_STORE_TILE(3, all, first + 3 * all.rows, col);
}

// One tile of rows, from row `first` on, by two to four blocks of columns.
template <bool kSigned>
inline void rows_by_blocks(const TiledRows& all, std::int64_t first, std::int64_t col, std::int64_t count) {
  const std::int64_t block_step = all.block_step();
  const std::int8_t* b = all.columns.codes + col / kLanes * block_step;
  const std::uint8_t* a = all.pointers[first];
  const std::int32_t* start = all.columns.start + col;
  const std::int64_t step = all.shape.row_step;
  _tile_loadd(0, start, 0);
  _tile_loadd(1, start + kLanes, 0);
  if (count > 2) _tile_loadd(2, start + 2 * kLanes, 0);
  if (count > 3) _tile_loadd(3, start + 3 * kLanes, 0);
  for (std::int64_t segment = 0; segment < all.shape.segments; ++segment) {
    std::int64_t at = segment * all.shape.segment_step;
    for (std::int64_t i = 0; i < all.steps_of_segment();
         ++i, at += all.groups * kGroup, b += all.groups * kBlockBytes) {
      _tile_loadd(4, a + at, step);
      _tile_loadd(6, b, kBlockBytes);
      AMPA_MULTIPLY_TILES(0, 4, 6);
      _tile_loadd(7, b + block_step, kBlockBytes);
      AMPA_MULTIPLY_TILES(1, 4, 7);
      if (count > 2) {
        _tile_loadd(6, b + 2 * block_step, kBlockBytes);
        AMPA_MULTIPLY_TILES(2, 4, 6);
      }
      if (count > 3) {
        _tile_loadd(7, b + 3 * block_step, kBlockBytes);
        AMPA_MULTIPLY_TILES(3, 4, 7);
      }
    }
  }
  AMPA_STORE_TILE(0, all, first, col);
  AMPA_STORE_TILE(1, all, first, col + kLanes);
  if (count > 2) AMPA_STORE_TILE(2, all, first, col + 2 * kLanes);
  if (count > 3) AMPA_STORE_TILE(3, all, first, col + 3 * kLanes);
}

#undef AMPA_STORE_TILE
#undef AMPA_MULTIPLY_TILES

template <bool kSigned>
void multiply_rows(const TiledRows& all, std::int64_t num_rows) {
  for (std::int64_t col = 0; col < all.columns.num_cols;) {
    const std::int64_t blocks_left = (all.columns.num_cols - col + kLanes - 1) / kLanes;
    const std::int64_t blocks = blocks_left < 4 ? blocks_left : blocks_left == 5 ? 3 : 4;
    const std::int64_t tiles = blocks == 1 ? 4 : 1;
    for (std::int64_t row = 0; row < num_rows; row += tiles * all.rows) {
      const std::int64_t left = (num_rows - row) / all.rows, count = left < tiles ? left : tiles;
      if (blocks == 1)
        rows_by_block<kSigned>(all, row, count, col);
      else
        rows_by_blocks<kSigned>(all, row, col, blocks);
    }
    col += blocks * kLanes;
  }
}

void tile_dot_rows(const std::uint8_t* const* rows, std::int64_t num_rows, const RowShape& shape,
                   const PackedColumns& columns, std::int32_t* out) {
  constexpr std::int64_t kFewestRows = 4, kFewestGroups = 4;  // with fewer a tile is no gain
  const std::int64_t tile_rows = divisor_up_to_16(shape.run), groups = divisor_up_to_16(shape.groups);
  const bool fits = tile_rows >= kFewestRows && groups >= kFewestGroups;
  if (!fits && !shape.is_signed) return dot_rows(rows, num_rows, shape, columns, out);
  const TileConfig config(tile_rows, groups);
  const TiledRows all{rows, shape, columns, out, tile_rows, groups};
  if (shape.is_signed)
    multiply_rows<true>(all, num_rows);
  else
    multiply_rows<false>(all, num_rows);
}

// One tile of gradients, 16 rows, by the right-hand tiles `x` of up to four sums; `sums` points to where each lies.
inline void correlate_tiles(const std::int8_t* g, std::int64_t g_step, const std::uint8_t* const (&x)[4],
                            std::int64_t tiles, std::int64_t count, std::int32_t* const (&sums)[4],
                            std::int64_t sums_step) {
  _tile_loadd(0, sums[0], sums_step);
  if (count > 1) _tile_loadd(1, sums[1], sums_step);
  if (count > 2) _tile_loadd(2, sums[2], sums_step);
  if (count > 3) _tile_loadd(3, sums[3], sums_step);
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    _tile_loadd(4, g + tile * kTileDepth, g_step);
    _tile_loadd(6, x[0] + tile * kTileBytes, kBlockBytes);
    _tile_dpbsud(0, 4, 6);
    if (count > 1) {
      _tile_loadd(7, x[1] + tile * kTileBytes, kBlockBytes);
      _tile_dpbsud(1, 4, 7);
    }
    if (count > 2) {
      _tile_loadd(6, x[2] + tile * kTileBytes, kBlockBytes);
      _tile_dpbsud(2, 4, 6);
    }
    if (count > 3) {
      _tile_loadd(7, x[3] + tile * kTileBytes, kBlockBytes);
      _tile_dpbsud(3, 4, 7);
    }
  }
  _tile_stored(0, sums[0], sums_step);
  if (count > 1) _tile_stored(1, sums[1], sums_step);
  if (count > 2) _tile_stored(2, sums[2], sums_step);
  if (count > 3) _tile_stored(3, sums[3], sums_step);
}

// A shift is a whole number of groups of the right operand and up to 3 positions of the left one: those that share the
// latter share its tile.
void correlate(const std::int8_t* g, const std::uint8_t* x, const CorrelationShape& shape, std::int32_t* sums) {
  const TileConfig config(kLanes, kTileGroups);
  const std::int64_t row_size = shape.num_shifts * shape.lane_blocks * kLanes;
  for (std::int64_t block = 0; block < shape.row_blocks; ++block)
    for (std::int64_t offset = 0; offset < kGroup; ++offset) {
      const std::int8_t* rows = g + block * kLanes * shape.g_step + kTileDepth - offset;
      std::int32_t* const block_sums = sums + block * kLanes * row_size;
      const std::uint8_t* right[4] = {};
      std::int32_t* target[4] = {};
      std::int64_t count = 0;
      const auto flush = [&] {
        if (count > 0)
          correlate_tiles(rows, shape.g_step, right, shape.tiles, count, target,
                          row_size * static_cast<std::int64_t>(sizeof *sums));
        count = 0;
      };
      for (std::int64_t s = 0; s < shape.num_shifts; ++s) {
        if (shape.shifts[s] % kGroup != offset) continue;
        for (std::int64_t l = 0; l < shape.lane_blocks; ++l) {
          right[count] = x + (l * shape.x_groups + shape.shifts[s] / kGroup) * kBlockBytes;
          target[count] = block_sums + (s * shape.lane_blocks + l) * kLanes;
          if (++count == 4) flush();
        }
      }
      flush();
    }
}

// 16 vectors of 16 32-bit words: word j of vector i to word i of vector j.
inline void transpose_words(__m512i (&v)[16]) {
  __m512i t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    v[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    v[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    v[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    v[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const __m512i low01 = _mm512_shuffle_i32x4(v[i], v[i + 4], 0x88),
                  high01 = _mm512_shuffle_i32x4(v[i], v[i + 4], 0xDD);
    const __m512i low23 = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], 0x88),
                  high23 = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], 0xDD);
    t[i] = _mm512_shuffle_i32x4(low01, low23, 0x88);
    t[i + 8] = _mm512_shuffle_i32x4(low01, low23, 0xDD);
    t[i + 4] = _mm512_shuffle_i32x4(high01, high23, 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(high01, high23, 0xDD);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) v[i] = t[i];
}

void transpose(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks, std::uint8_t* out,
               std::int64_t out_step) {
  alignas(64) std::uint8_t groups[kTileBytes];
  const std::int64_t end = kTileDepth + (count + kTileDepth - 1) / kTileDepth * kTileDepth;
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::uint8_t* const rows = out + block * kLanes * out_step;
    for (int row = 0; row < kLanes; ++row) {
      _mm512_storeu_si512(rows + row * out_step, _mm512_setzero_si512());
      for (std::int64_t i = end; i < out_step; i += kTileDepth)
        _mm512_storeu_si512(rows + row * out_step + i, _mm512_setzero_si512());
    }
    for (std::int64_t first = 0; first < count; first += kTileDepth) {
      const std::int64_t positions = count - first < kTileDepth ? count - first : kTileDepth;
      if (positions < kTileDepth) __builtin_memset(groups, 0, sizeof groups);
      interleave(codes + first * step + block * kLanes, step, positions, 1, groups);
      __m512i words[16];
#pragma GCC unroll 16
      for (int i = 0; i < 16; ++i) words[i] = _mm512_load_si512(groups + i * kBlockBytes);
      transpose_words(words);
#pragma GCC unroll 16
      for (int i = 0; i < 16; ++i) _mm512_storeu_si512(rows + i * out_step + kTileDepth + first, words[i]);
    }
  }
}

}  // namespace
}  // namespace ampa::kernels
