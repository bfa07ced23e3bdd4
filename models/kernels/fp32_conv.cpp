#include "kernels/fp32_conv.h"

#include <algorithm>
#include <vector>

#include "common/ceil_div.h"
#include "common/uninitialized_vector.h"
#include "kernels/fp32_tiles.h"

namespace ampa::kernels {
namespace {

constexpr std::int64_t kRowsPerPart = 128;
constexpr std::int64_t kColsOfPart = 1024;    // of a product by columns
constexpr std::int64_t kDepthTogether = 512;  // 16 columns of so much depth stay in the first cache
constexpr std::int64_t kRowsOfGradient = 64;
constexpr std::int64_t kImagesTogether = 16;       // images whose partial sums are held at once
constexpr std::int64_t kColsPerPart = 64;          // a multiple of kFp32Pad
constexpr std::int64_t kGatheredPositions = 2048;  // of which one task's gradients and columns stay in the second cache

std::int64_t image_size(const Fp32Window& window) {
  return window.grid_height * window.grid_width * window.channels;
}

Fp32Row row_shape(const Fp32Window& window) {
  return {window.kernel_height, window.grid_width * window.channels, window.kernel_width * window.channels};
}

// A stretch of the depth that is worked off before the next.
struct Stretch {
  std::int64_t begin = 0;  // depth
  Fp32Row row;
};

// Of a short depth one, else pieces of segments.
std::vector<Stretch> stretches_of(const Fp32Row& shape) {
  if (shape.depth() <= 2 * kDepthTogether) return {{0, shape}};
  std::vector<Stretch> all;
  for (std::int64_t segment = 0; segment < shape.segments; ++segment)
    for (std::int64_t i = 0; i < shape.segment_length; i += kDepthTogether)
      all.push_back({segment * shape.segment_length + i,
                     {1, 0, std::min(kDepthTogether, shape.segment_length - i), segment * shape.segment_step + i}});
  return all;
}

// (num_cols, depth) as [stretch][column / 16][depth][16]. The memory is kept: a large one is costly to get.
const float* packed_columns(const float* b, std::int64_t num_cols, std::int64_t depth,
                            const std::vector<Stretch>& stretches, ThreadPool& threads) {
  const std::int64_t padded = round_up(num_cols, kFp32Pad);
  thread_local UninitializedVector<float> memory;
  if (memory.size() < static_cast<std::size_t>(depth * padded)) memory.resize(static_cast<std::size_t>(depth * padded));
  float* const packed = memory.data();
  threads.for_each_part(padded / kFp32Pad, [&](std::int64_t block) {
    const std::int64_t first = block * kFp32Pad, count = std::min<std::int64_t>(kFp32Pad, num_cols - first);
    for (const Stretch& stretch : stretches) {
      float* out = packed + stretch.begin * padded + block * stretch.row.depth() * kFp32Pad;
      for (std::int64_t k = stretch.begin; k < stretch.begin + stretch.row.depth(); ++k, out += kFp32Pad) {
        for (std::int64_t n = 0; n < count; ++n) out[n] = b[(first + n) * depth + k];
        std::fill(out + count, out + kFp32Pad, 0.0f);
      }
    }
  });
  return packed;
}

// Pointers to rows begin .. end, the last one repeated up to a whole tile.
void row_pointers(const Fp32Window& window, std::int64_t begin, std::int64_t end, std::vector<const float*>& rows) {
  rows.clear();
  for (std::int64_t row = begin; row < end;) {
    const std::int64_t x = row % window.out_width, y = row / window.out_width % window.out_height;
    const std::int64_t image = row / window.out_width / window.out_height;
    const std::int64_t step = window.stride * window.channels, count = std::min(window.out_width - x, end - row);
    const float* first = window.grid + image * image_size(window) + y * window.grid_width * step + x * step;
    for (std::int64_t i = 0; i < count; ++i) rows.push_back(first + i * step);
    row += count;
  }
  while (rows.size() % kFp32TileRows != 0) rows.push_back(rows.back());
}

// Images, and the positions of one, over which a transposed product is summed. Images of one position are summed like
// the positions of one image: the result is the same, and no partial sums are needed.
struct Positions {
  std::int64_t images = 0, image_step = 0;  // step in floats
  Fp32Positions of_image;
};

Positions positions_of(const Fp32Window& window) {
  const std::int64_t step = window.stride * window.channels;
  if (window.out_height == 1 && window.out_width == 1) return {1, 0, {1, window.images, 0, image_size(window)}};
  return {window.images, image_size(window), {window.out_height, window.out_width, window.grid_width * step, step}};
}

// A piece of the depth within one segment, so that one task works on neighbouring columns.
struct Piece {
  std::int64_t source = 0;  // offset within an image
  std::int64_t depth = 0;   // index of its first column
  std::int64_t cols = 0;
};

std::vector<Piece> pieces_of(const Fp32Row& shape) {
  std::vector<Piece> pieces;
  for (std::int64_t segment = 0; segment < shape.segments; ++segment)
    for (std::int64_t col = 0; col < shape.segment_length; col += kColsPerPart)
      pieces.push_back({segment * shape.segment_step + col, segment * shape.segment_length + col,
                        std::min(kColsPerPart, shape.segment_length - col)});
  return pieces;
}

// A task's gradients and columns, position after position: where they lie a row of a wide matrix apart, each costs a
// page of its own, again for every tile.
struct Gathered {
  UninitializedVector<float> g, x;
  std::vector<const float*> images;

  void gather(const float* from, std::int64_t g_step, std::int64_t rows, const std::vector<const float*>& grids,
              const Fp32Positions& positions, std::int64_t cols) {
    const std::int64_t of_image = positions.height * positions.width, padded = round_up(cols, kFp32Pad);
    const auto count = static_cast<std::size_t>(of_image * positions.images);
    g.resize(count * static_cast<std::size_t>(rows));
    x.resize(count * static_cast<std::size_t>(padded));
    float* to = g.data();
    for (std::size_t i = 0; i < count; ++i, to += rows)
      std::copy_n(from + static_cast<std::int64_t>(i) * g_step, rows, to);
    to = x.data();
    images.clear();
    for (const float* grid : grids) {
      images.push_back(to);
      for (std::int64_t row = 0; row < positions.height; ++row)
        for (std::int64_t i = 0; i < positions.width; ++i, to += padded) {
          std::copy_n(grid + row * positions.y_step + i * positions.x_step, cols, to);
          std::fill(to + cols, to + padded, 0.0f);
        }
    }
  }
};

}  // namespace

void fp32_patches_times(const Fp32Window& patches, const float* b, std::int64_t num_cols, float* out,
                        ThreadPool& threads) {
  const Fp32Kernels& kernels = active_fp32();
  const std::vector<Stretch> stretches = stretches_of(row_shape(patches));
  const float* const packed = packed_columns(b, num_cols, patches.depth(), stretches, threads);
  const std::int64_t padded = round_up(num_cols, kFp32Pad), col_parts = ceil_div(num_cols, kColsOfPart);
  threads.for_each_part(ceil_div(patches.rows(), kRowsPerPart) * col_parts, [&](std::int64_t part) {
    const std::int64_t begin = part / col_parts * kRowsPerPart, end = std::min(begin + kRowsPerPart, patches.rows());
    const std::int64_t col = part % col_parts * kColsOfPart, cols = std::min(kColsOfPart, num_cols - col);
    thread_local std::vector<const float*> rows;
    row_pointers(patches, begin, end, rows);
    for (const Stretch& stretch : stretches)
      kernels.dot_rows(rows.data(), end - begin, stretch.row,
                       packed + stretch.begin * padded + col * stretch.row.depth(), cols, num_cols, stretch.begin > 0,
                       out + begin * num_cols + col);
  });
}

void fp32_transposed_times_patches(const float* g, std::int64_t num_rows, const Fp32Window& patches, float* out,
                                   ThreadPool& threads) {
  const Fp32Kernels& kernels = active_fp32();
  const std::vector<Piece> pieces = pieces_of(row_shape(patches));
  const Positions positions = positions_of(patches);
  const auto num_pieces = static_cast<std::int64_t>(pieces.size());
  const std::int64_t size = num_rows * patches.depth();
  const std::int64_t num_floats = patches.images * image_size(patches);
  // The last vector of a piece may reach behind the grid: the last image is read from a padded copy.
  const std::int64_t tail_begin = positions.images == 1 ? 0 : num_floats - image_size(patches);
  std::vector<float> tail(patches.grid + tail_begin, patches.grid + num_floats);
  tail.resize(tail.size() + kFp32Pad, 0.0f);
  const auto grid_of = [&](std::int64_t image) {
    return image + 1 == positions.images ? tail.data() : patches.grid + image * positions.image_step;
  };

  if (positions.images == 1 || patches.kernel_height * patches.kernel_width == 1) {
    // Pieces do not overlap: a task goes through all images and needs no sums but those in registers.
    Fp32Positions all = positions.of_image;
    all.images = positions.images;
    const std::int64_t row_parts = ceil_div(num_rows, kRowsOfGradient);
    const bool gathers = num_rows > kRowsOfGradient && patches.rows() <= kGatheredPositions;
    threads.for_each_part(num_pieces * row_parts, [&](std::int64_t part) {
      const Piece& piece = pieces[static_cast<std::size_t>(part % num_pieces)];
      const std::int64_t row = part / num_pieces * kRowsOfGradient;
      thread_local std::vector<const float*> grids;
      grids.clear();
      for (std::int64_t image = 0; image < positions.images; ++image) grids.push_back(grid_of(image) + piece.source);
      const std::int64_t rows = std::min(kRowsOfGradient, num_rows - row);
      float* const to = out + row * patches.depth() + piece.depth;
      if (!gathers) {
        kernels.outer_sums(g + row, num_rows, rows, grids.data(), all, piece.cols, patches.depth(), to);
        return;
      }
      thread_local Gathered own;
      own.gather(g + row, num_rows, rows, grids, all, piece.cols);
      const std::int64_t step = round_up(piece.cols, kFp32Pad);
      kernels.outer_sums(own.g.data(), rows, rows, own.images.data(), {1, all.height * all.width, 0, step, all.images},
                         piece.cols, patches.depth(), to);
    });
    return;
  }
  const std::int64_t g_per_image = num_rows * patches.rows() / positions.images;
  std::fill(out, out + size, 0.0f);
  thread_local UninitializedVector<float> partial;
  partial.resize(static_cast<std::size_t>(std::min(kImagesTogether, positions.images) * size));
  float* const partials = partial.data();
  for (std::int64_t begin = 0; begin < positions.images; begin += kImagesTogether) {
    const std::int64_t together = std::min(kImagesTogether, positions.images - begin);
    threads.for_each_part(together, [&](std::int64_t i) {
      for (const Piece& piece : pieces) {
        const float* const grid = grid_of(begin + i) + piece.source;
        kernels.outer_sums(g + (begin + i) * g_per_image, num_rows, num_rows, &grid, positions.of_image, piece.cols,
                           patches.depth(), partials + i * size + piece.depth);
      }
    });
    constexpr std::int64_t kSumsPerPart = 4096;
    threads.for_each_part(ceil_div(size, kSumsPerPart), [&](std::int64_t part) {
      const std::int64_t end = std::min((part + 1) * kSumsPerPart, size);
      for (std::int64_t image = 0; image < together; ++image)
        for (std::int64_t i = part * kSumsPerPart; i < end; ++i) out[i] += partials[image * size + i];
    });
  }
}

}  // namespace ampa::kernels
