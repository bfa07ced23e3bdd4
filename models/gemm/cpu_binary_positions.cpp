// Sums over positions as bits: weight gradients. Eight positions of a channel are a byte, and the bytes of four such
// groups a word.
#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_binary.h"
#include "gemm/cpu_operand.h"
#include "kernels/int_dot.h"

namespace ampa::gemm::cpu {
namespace {

constexpr std::int64_t kGroupsOfWord = 4;     // of 8 positions
constexpr std::int64_t kWordsTogether = 256;  // of the depth, whose bits of all rows stay in the cache

// Rows [16 block, 16 block + 16) of a transposed operand, words [first_word, first_word + num_words) of the depth, to
// [word][16]. Rows are elements of a patch: [segment][element of the segment].
class PositionBits {
 public:
  PositionBits(const Operand& operand, kernels::BitOfCode bit)
      : layout_(patch_layout(operand)),
        codes_(operand.tensor->bytes.data()),
        depth_(operand.depth()),
        num_rows_(operand.rows()),
        bit_(bit) {}

  void take(std::int64_t block, std::int64_t first_word, std::int64_t num_words, std::uint32_t* words) const {
    const kernels::BinaryKernels& loops = kernels::active_binary();
    const std::int64_t groups = num_words * kGroupsOfWord, first = block * kernels::kBitLanes;
    const std::int64_t count = std::min(kernels::kBitLanes, num_rows_ - first);
    thread_local std::vector<std::uint8_t> bytes;
    bytes.assign(static_cast<std::size_t>(groups * kernels::kBitLanes), 0);
    for (std::int64_t group = 0; group < groups; ++group) {
      const std::int64_t position = (first_word * kGroupsOfWord + group) * 8;
      if (position >= depth_) break;
      const std::int64_t valid = std::min<std::int64_t>(8, depth_ - position);
      const std::uint8_t* patches[8];
      for (std::int64_t i = 0; i < 8; ++i) patches[i] = codes_ + layout_.offset(position + std::min(i, valid - 1));
      std::uint8_t* const to = bytes.data() + group * kernels::kBitLanes;
      for (std::int64_t row = first; row < first + count;) {  // pieces of a segment
        const std::int64_t segment = row / layout_.segment_length, inside = row % layout_.segment_length;
        const std::int64_t length = std::min(layout_.segment_length - inside, first + count - row);
        const std::uint8_t* codes[8];
        for (int i = 0; i < 8; ++i) codes[i] = patches[i] + segment * layout_.segment_step + inside;
        loops.collect_bits(codes, length, bit_, to + row - first);
        row += length;
      }
      if (valid < 8)
        for (std::int64_t lane = 0; lane < count; ++lane) to[lane] &= static_cast<std::uint8_t>((1 << valid) - 1);
    }
    kernels::active_int().interleave(bytes.data(), kernels::kBitLanes, groups, 1,
                                     reinterpret_cast<std::uint8_t*>(words));
  }

 private:
  PatchLayout layout_;
  const std::uint8_t* codes_;
  std::int64_t depth_, num_rows_;
  kernels::BitOfCode bit_;
};

}  // namespace

void run_binary_positions(const GemmJob& job, ThreadPool& threads, std::int32_t* out) {
  const kernels::BinaryKernels& loops = kernels::active_binary();
  const std::int64_t m = job.m(), n = job.n(), num_words = ceil_div(job.k(), 32);
  const std::vector<BitPlane> planes = bit_planes(job.a.format());
  thread_local std::vector<BitBlocks> rows_memory;
  rows_memory.resize(std::max(rows_memory.size(), planes.size()));
  BitBlocks* const rows = rows_memory.data();
  std::vector<std::uint32_t> of_rows(static_cast<std::size_t>(m), 0);
  for (std::size_t p = 0; p < planes.size(); ++p) {
    const BitPlane& plane = planes[p];
    BitBlocks& blocks = rows[p];
    blocks.reshape(m, num_words);
    const PositionBits bits(job.a, plane.bit);
    const std::int64_t pieces = ceil_div(num_words, kWordsTogether);
    threads.for_each_part(blocks.num_blocks() * pieces, [&](std::int64_t part) {
      const std::int64_t block = part / pieces, first = part % pieces * kWordsTogether;
      bits.take(block, first, std::min(kWordsTogether, num_words - first),
                blocks.block(block) + first * kernels::kBitLanes);
    });
    for (std::int64_t row = 0; row < m; ++row)
      of_rows[static_cast<std::size_t>(row)] += static_cast<std::uint32_t>(
          plane.weight * loops.count_ones(blocks.block(row / kernels::kBitLanes) + row % kernels::kBitLanes, num_words,
                                          kernels::kBitLanes));
  }
  const PositionBits columns(job.b, bit_planes(job.b.format())[0].bit);
  threads.for_each_part(ceil_div(n, kernels::kBitLanes), [&](std::int64_t block) {
    std::vector<std::int32_t> sums(static_cast<std::size_t>(m * kernels::kBitLanes), 0);
    std::vector<std::uint32_t> words(static_cast<std::size_t>(kWordsTogether * kernels::kBitLanes));
    std::int64_t ones[kernels::kBitLanes] = {};
    for (std::int64_t first = 0; first < num_words; first += kWordsTogether) {
      const std::int64_t count = std::min(kWordsTogether, num_words - first);
      columns.take(block, first, count, words.data());
      if (plane_constant(job.a.format()) != 0)
        for (std::int64_t lane = 0; lane < kernels::kBitLanes; ++lane)
          ones[lane] += loops.count_ones(words.data() + lane, count, kernels::kBitLanes);
      for (std::size_t p = 0; p < planes.size(); ++p)
        for (std::int64_t row = 0; row < m; row += kernels::kBitLanes)
          loops.count_shared(
              {rows[p].block(row / kernels::kBitLanes) + first * kernels::kBitLanes, 1, kernels::kBitLanes},
              std::min(kernels::kBitLanes, m - row), words.data(), count, 2 * planes[p].weight,
              sums.data() + row * kernels::kBitLanes, kernels::kBitLanes);
    }
    const std::int64_t begin = block * kernels::kBitLanes, valid = std::min(kernels::kBitLanes, n - begin);
    std::uint32_t of_columns[kernels::kBitLanes];
    for (std::int64_t lane = 0; lane < kernels::kBitLanes; ++lane)
      of_columns[lane] = column_term(job.a.format(), ones[lane], job.k());
    for (std::int64_t row = 0; row < m; ++row)
      finish_row(sums.data() + row * kernels::kBitLanes, of_rows[static_cast<std::size_t>(row)], of_columns, valid,
                 out + row * n + begin);
  });
}

}  // namespace ampa::gemm::cpu
