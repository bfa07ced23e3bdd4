#include "kernels/fp32_conv.h"

#include <algorithm>
#include <vector>

#include "common/ceil_div.h"
#include "kernels/fp32_tiles.h"

namespace ampa::kernels {
namespace {

constexpr std::int64_t kRowsPerPart = 256;
constexpr std::int64_t kImagesTogether = 16;  // images whose partial sums are held at once
constexpr std::int64_t kColsPerPart = 64;     // a multiple of kFp32Pad

std::int64_t image_size(const Fp32Window& window) {
  return window.grid_height * window.grid_width * window.channels;
}

Fp32Row row_shape(const Fp32Window& window) {
  return {window.kernel_height, window.grid_width * window.channels, window.kernel_width * window.channels};
}

// (num_cols, depth) as [depth][num_cols rounded up], written without jumps of a whole row.
std::vector<float> packed_columns(const float* b, std::int64_t num_cols, std::int64_t depth) {
  const std::int64_t padded = round_up(num_cols, kFp32Pad);
  std::vector<float> packed(static_cast<std::size_t>(depth * padded), 0.0f);
  for (std::int64_t first = 0; first < num_cols; first += kFp32Pad) {
    const std::int64_t end = std::min(first + kFp32Pad, num_cols);
    for (std::int64_t k = 0; k < depth; ++k)
      for (std::int64_t n = first; n < end; ++n) packed[static_cast<std::size_t>(k * padded + n)] = b[n * depth + k];
  }
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

}  // namespace

void fp32_patches_times(const Fp32Window& patches, const float* b, std::int64_t num_cols, float* out,
                        ThreadPool& threads) {
  const Fp32Kernels& kernels = active_fp32();
  const Fp32Row shape = row_shape(patches);
  const std::vector<float> packed = packed_columns(b, num_cols, patches.depth());
  threads.for_each_part(ceil_div(patches.rows(), kRowsPerPart), [&](std::int64_t part) {
    const std::int64_t begin = part * kRowsPerPart, end = std::min(begin + kRowsPerPart, patches.rows());
    thread_local std::vector<const float*> rows;
    row_pointers(patches, begin, end, rows);
    kernels.dot_rows(rows.data(), end - begin, shape, packed.data(), num_cols, out + begin * num_cols);
  });
}

void fp32_transposed_times_patches(const float* g, std::int64_t num_rows, const Fp32Window& patches, float* out,
                                   ThreadPool& threads) {
  const Fp32Kernels& kernels = active_fp32();
  const std::vector<Piece> pieces = pieces_of(row_shape(patches));
  const Positions positions = positions_of(patches);
  const auto num_pieces = static_cast<std::int64_t>(pieces.size());
  const std::int64_t size = num_rows * patches.depth();
  const std::int64_t g_per_image = num_rows * patches.rows() / positions.images;
  const std::int64_t num_floats = patches.images * image_size(patches);
  // The last vector of a piece may reach behind the grid: the last image is read from a padded copy.
  const std::int64_t tail_begin = positions.images == 1 ? 0 : num_floats - image_size(patches);
  std::vector<float> tail(patches.grid + tail_begin, patches.grid + num_floats);
  tail.resize(tail.size() + kFp32Pad, 0.0f);

  const auto sum_piece = [&](std::int64_t image, const Piece& piece, float* sums) {
    const bool last = image + 1 == positions.images;
    const float* grid = last ? tail.data() : patches.grid + image * positions.image_step;
    kernels.outer_sums(g + image * g_per_image, num_rows, num_rows, grid + piece.source, positions.of_image, piece.cols,
                       patches.depth(), sums + piece.depth);
  };
  if (positions.images == 1) {
    threads.for_each_part(num_pieces,
                          [&](std::int64_t part) { sum_piece(0, pieces[static_cast<std::size_t>(part)], out); });
    return;
  }
  std::fill(out, out + size, 0.0f);
  std::vector<float> partial(static_cast<std::size_t>(std::min(kImagesTogether, positions.images) * size));
  for (std::int64_t begin = 0; begin < positions.images; begin += kImagesTogether) {
    const std::int64_t together = std::min(kImagesTogether, positions.images - begin);
    threads.for_each_part(together, [&](std::int64_t i) {
      for (const Piece& piece : pieces) sum_piece(begin + i, piece, partial.data() + i * size);
    });
    constexpr std::int64_t kSumsPerPart = 4096;
    threads.for_each_part(ceil_div(size, kSumsPerPart), [&](std::int64_t part) {
      const std::int64_t end = std::min((part + 1) * kSumsPerPart, size);
      for (std::int64_t image = 0; image < together; ++image)
        for (std::int64_t i = part * kSumsPerPart; i < end; ++i)
          out[i] += partial[static_cast<std::size_t>(image * size + i)];
    });
  }
}

}  // namespace ampa::kernels
