// Patches as bits: forward passes and activation gradients. The codes of a grid become bits once, and a patch is pieces
// of them; the channels of a position take whole bytes.
#include <algorithm>
#include <cstring>

#include "common/ceil_div.h"
#include "gemm/cpu_binary.h"
#include "gemm/cpu_operand.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kRowsTogether = 64;

// The channels of positions as bits.
struct Positions {
  explicit Positions(std::int64_t num_channels) : channels(num_channels), bytes(ceil_div(num_channels, 8)) {}

  std::int64_t channels, bytes;  // bytes of a position

  std::int64_t num_words(std::int64_t positions) const { return ceil_div(positions * bytes, 4); }
  // From offsets in codes to offsets in these bytes.
  std::int64_t scaled(std::int64_t codes) const { return codes / channels * bytes; }
  PatchLayout scaled(const PatchLayout& codes) const {
    return {codes.images,
            codes.height,
            codes.width,
            scaled(codes.origin),
            scaled(codes.image_step),
            scaled(codes.y_step),
            scaled(codes.x_step),
            codes.segments,
            scaled(codes.segment_step),
            scaled(codes.segment_length)};
  }

  // Writes num_words(positions) words.
  void take(const std::uint8_t* codes, std::int64_t positions, kernels::BitOfCode bit, std::uint32_t* words) const {
    const kernels::BinaryKernels& loops = kernels::active_binary();
    if (channels % 8 == 0) return loops.take_bits(codes, positions * channels, bit, words);
    words[num_words(positions) - 1] = 0;
    auto* to = reinterpret_cast<std::uint8_t*>(words);
    std::vector<std::uint32_t> one(static_cast<std::size_t>(ceil_div(channels, 32)));
    for (std::int64_t i = 0; i < positions; ++i, to += bytes) {
      loops.take_bits(codes + i * channels, channels, bit, one.data());
      std::memcpy(to, one.data(), static_cast<std::size_t>(bytes));
    }
  }
};

// Rows of B in the order of a patch: [tap][channel].
void pack_columns(const Operand& b, const Positions& positions, ThreadPool& threads, BitBlocks& blocks) {
  const kernels::BinaryKernels& loops = kernels::active_binary();
  const std::int64_t depth = b.depth(), taps = depth / positions.channels;
  blocks.reshape(b.rows(), positions.num_words(taps));
  const kernels::BitOfCode bit = bit_planes(b.format())[0].bit;
  threads.for_each_part(blocks.num_blocks(), [&](std::int64_t block) {
    std::uint32_t* const target = blocks.block(block);
    const std::int64_t first = block * kernels::kBitLanes;
    const std::int64_t count = std::min(kernels::kBitLanes, blocks.num_rows - first);
    if (count < kernels::kBitLanes) std::fill_n(target, blocks.num_words * kernels::kBitLanes, 0);
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(count * depth));
    copy_rows(b, first, count, 0, depth, codes.data(), depth);
    std::vector<std::uint32_t> row(static_cast<std::size_t>(blocks.num_words));
    for (std::int64_t lane = 0; lane < count; ++lane) {
      positions.take(codes.data() + lane * depth, taps, bit, row.data());
      for (std::int64_t w = 0; w < blocks.num_words; ++w)
        target[w * kernels::kBitLanes + lane] = row[static_cast<std::size_t>(w)];
      blocks.ones[static_cast<std::size_t>(first + lane)] = loops.count_ones(row.data(), blocks.num_words, 1);
    }
  });
}

// Patches begin .. end as rows of whole words.
void copy_patches(const PatchLayout& layout, const std::uint8_t* bits, std::int64_t shift, std::int64_t begin,
                  std::int64_t end, std::int64_t words, std::uint32_t* rows) {
  thread_local std::vector<const std::uint8_t*> pointers;
  patch_pointers(layout, bits, shift, begin, end, pointers);
  for (std::int64_t row = 0; row < end - begin; ++row, rows += words) {
    rows[words - 1] = 0;
    auto* to = reinterpret_cast<std::uint8_t*>(rows);
    const std::uint8_t* from = pointers[static_cast<std::size_t>(row)];
    for (std::int64_t s = 0; s < layout.segments; ++s, to += layout.segment_length, from += layout.segment_step)
      std::memcpy(to, from, static_cast<std::size_t>(layout.segment_length));
  }
}

// The term of every column that depends on no row, 0 in lanes without one.
std::vector<std::uint32_t> column_terms(const GemmJob& job, const BitBlocks& columns) {
  std::vector<std::uint32_t> terms;
  for (const std::int64_t ones : columns.ones) terms.push_back(column_term(job.a.format(), ones, job.k()));
  terms.resize(static_cast<std::size_t>(columns.num_blocks() * kernels::kBitLanes), 0);
  return terms;
}

// Adds weight * (2 |A and S| - |A|) of rows of whole words and all columns to sums[row * step + column].
void count_rows(const std::uint32_t* rows, std::int64_t num_rows, const BitBlocks& columns, std::int32_t weight,
                std::int32_t* sums, std::int64_t step) {
  const kernels::BinaryKernels& loops = kernels::active_binary();
  const std::int64_t words = columns.num_words;
  std::uint32_t of_rows[kRowsTogether];
  for (std::int64_t r = 0; r < num_rows; ++r)
    of_rows[r] = static_cast<std::uint32_t>(weight * loops.count_ones(rows + r * words, words, 1));
  for (std::int64_t block = 0; block < columns.num_blocks(); ++block)
    loops.count_shared({rows, words, 1}, num_rows, columns.block(block), words, 2 * weight, of_rows,
                       sums + block * kernels::kBitLanes, step);
}

}  // namespace

void run_binary_patches(const GemmJob& job, ThreadPool& threads, std::int32_t* out) {
  const PatchLayout codes_layout = patch_layout(job.a);
  const Positions positions(job.a.num_channels());
  const PatchLayout layout = positions.scaled(codes_layout);
  thread_local BitBlocks columns_memory;
  BitBlocks& columns = columns_memory;  // the name of thread_local memory is another one in another thread
  pack_columns(job.b, positions, threads, columns);
  const std::vector<BitPlane> planes = bit_planes(job.a.format());
  const std::int64_t n = job.n(), words = columns.num_words, sums_step = columns.num_blocks() * kernels::kBitLanes;
  const std::vector<std::uint32_t> of_columns = column_terms(job, columns);
  const bool is_whole = n == sums_step;  // sums lie where they belong
  const std::int64_t rows_of_image = layout.height * layout.width;
  const std::int64_t images = std::max<std::int64_t>(1, kRowsTogether / rows_of_image);
  const std::int64_t positions_of_image = codes_layout.image_step / positions.channels;
  const std::int64_t plane_words = positions.num_words(images * positions_of_image);
  threads.for_each_part(ceil_div(layout.images, images), [&](std::int64_t part) {
    const std::int64_t first = part * images, count = std::min(images, layout.images - first);
    thread_local UninitializedVector<std::uint32_t> bits_memory, rows_memory;
    thread_local UninitializedVector<std::int32_t> sums_memory;
    std::uint32_t* const bits = at_least(bits_memory, plane_words * static_cast<std::int64_t>(planes.size()));
    std::uint32_t* const rows = at_least(rows_memory, kRowsTogether * words);
    const std::int64_t first_image = job.a.images.first + first;
    for (std::size_t p = 0; p < planes.size(); ++p)
      positions.take(job.a.tensor->bytes.data() + first_image * codes_layout.image_step, count * positions_of_image,
                     planes[p].bit, bits + static_cast<std::int64_t>(p) * plane_words);
    for (std::int64_t row = first * rows_of_image, end = row + count * rows_of_image; row < end; row += kRowsTogether) {
      const std::int64_t num_rows = std::min(kRowsTogether, end - row);
      std::int32_t* const sums = is_whole ? out + row * n : at_least(sums_memory, kRowsTogether * sums_step);
      for (std::int64_t r = 0; r < num_rows; ++r)
        std::memcpy(sums + r * sums_step, of_columns.data(), of_columns.size() * sizeof(std::uint32_t));
      for (std::size_t p = 0; p < planes.size(); ++p) {
        const auto* plane = reinterpret_cast<const std::uint8_t*>(bits + static_cast<std::int64_t>(p) * plane_words);
        copy_patches(layout, plane, first_image * layout.image_step, row, row + num_rows, words, rows);
        count_rows(rows, num_rows, columns, planes[p].weight, sums, sums_step);
      }
      for (std::int64_t r = 0; r < num_rows && !is_whole; ++r)
        std::copy_n(sums + r * sums_step, n, out + (row + r) * n);
    }
  });
}

}  // namespace ampa::gemm::cpu
