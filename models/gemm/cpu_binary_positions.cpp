// Sums over positions as bits: weight gradients. The bits of both operands are those of 16 channels at a time
// (cpu_lane_bits.h), 32 positions a word.
#include <algorithm>

#include "common/ceil_div.h"
#include "gemm/cpu_binary.h"
#include "gemm/cpu_lane_bits.h"
#include "gemm/cpu_scratch.h"

namespace ampa::gemm::cpu {
namespace {

using kernels::kBitLanes;

constexpr std::int64_t kWordsTogether = 256;  // of the depth, whose bits of all rows stay in the cache

// The rows of the left operand: the bits of every plane, [block][word][16], and w_p |A_p| of every row.
struct PlaneRows {
  BitPlane plane;
  BitBlocks bits;
  std::vector<std::uint32_t> of_rows;
};

void take_rows(const LaneBits& lanes, std::int64_t num_words, ThreadPool& threads, PlaneRows& rows) {
  const std::int64_t blocks = lanes.num_blocks(), pieces = ceil_div(num_words, kWordsTogether);
  rows.bits.reshape(blocks * kBitLanes, num_words);
  threads.for_each_part(blocks * pieces, [&](std::int64_t part) {
    const std::int64_t block = part / pieces, first = part % pieces * kWordsTogether;
    lanes.take(block, first, std::min(kWordsTogether, num_words - first), rows.bits.block(block) + first * kBitLanes);
  });
  rows.of_rows.resize(static_cast<std::size_t>(blocks * kBitLanes));
  threads.for_each_part(blocks, [&](std::int64_t block) {
    for (std::int64_t lane = 0; lane < kBitLanes; ++lane)
      rows.of_rows[static_cast<std::size_t>(block * kBitLanes + lane)] = static_cast<std::uint32_t>(
          rows.plane.weight * kernels::active_binary().count_ones(rows.bits.block(block) + lane, num_words, kBitLanes));
  });
}

// The left operand: where its rows lie, and its planes.
struct Rows {
  const LaneBits& lanes;
  const PlaneRows* begin;
  const PlaneRows* end;
};

// Adds what is counted of a block of columns to sums[row * step + lane], and to ones[lane], if it is asked
// for, how many bits of a column are 1.
void count_columns(const LaneBits& columns, std::int64_t block, const Rows& rows, std::int64_t num_words,
                   std::int32_t* sums, std::int64_t step, std::int64_t* ones) {
  static constexpr std::uint32_t kNothing[kBitLanes] = {};
  const kernels::BinaryKernels& loops = kernels::active_binary();
  std::uint32_t words[kWordsTogether * kBitLanes];
  for (std::int64_t first = 0; first < num_words; first += kWordsTogether) {
    const std::int64_t count = std::min(kWordsTogether, num_words - first);
    columns.take(block, first, count, words);
    if (ones)
      for (std::int64_t lane = 0; lane < kBitLanes; ++lane)
        ones[lane] += loops.count_ones(words + lane, count, kBitLanes);
    for (const PlaneRows* plane = rows.begin; plane != rows.end; ++plane)
      for (std::int64_t r = 0; r < rows.lanes.num_blocks(); ++r)
        loops.count_shared({plane->bits.block(r) + first * kBitLanes, 1, kBitLanes}, rows.lanes.num_rows(r), words,
                           count, 2 * plane->plane.weight,
                           first == 0 ? plane->of_rows.data() + r * kBitLanes : kNothing,
                           sums + rows.lanes.first_row(r) * step, step);
  }
}

}  // namespace

void run_binary_positions(const GemmJob& job, ThreadPool& threads, std::int32_t* out) {
  const std::int64_t m = job.m(), n = job.n(), num_words = ceil_div(job.k(), 32);
  thread_local UninitializedVector<std::uint16_t> row_memory, column_memory;
  thread_local std::vector<PlaneRows> planes_memory;
  const std::vector<BitPlane> planes = bit_planes(job.a.format());
  const bool has_constant = plane_constant(job.a.format()) != 0;
  planes_memory.resize(std::max(planes_memory.size(), planes.size()));
  PlaneRows* const rows = planes_memory.data();
  LaneBits row_lanes(job.a, row_memory), columns(job.b, column_memory);
  for (std::size_t p = 0; p < planes.size(); ++p) {
    rows[p].plane = planes[p];
    row_lanes.pack(planes[p].bit, threads);
    take_rows(row_lanes, num_words, threads, rows[p]);
  }
  columns.pack(bit_planes(job.b.format())[0].bit, threads);
  threads.for_each_part(columns.num_blocks(), [&](std::int64_t block) {
    const std::int64_t begin = columns.first_row(block), valid = columns.num_rows(block);
    const bool is_whole = valid == kBitLanes;  // sums lie where they belong
    thread_local UninitializedVector<std::int32_t> sums_memory;
    const std::int64_t step = is_whole ? n : kBitLanes;
    std::int32_t* const sums = is_whole ? out + begin : at_least(sums_memory, m * kBitLanes);
    for (std::int64_t row = 0; row < m; ++row) std::fill_n(sums + row * step, kBitLanes, 0);
    std::int64_t ones[kBitLanes] = {};
    count_columns(columns, block, {row_lanes, rows, rows + planes.size()}, num_words, sums, step,
                  has_constant ? ones : nullptr);
    for (std::int64_t lane = 0; lane < valid; ++lane) {
      const std::uint32_t term = column_term(job.a.format(), ones[lane], job.k());
      if (is_whole && term == 0) continue;
      for (std::int64_t row = 0; row < m; ++row)
        out[row * n + begin + lane] =
            static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[row * step + lane]) + term);
    }
  });
}

}  // namespace ampa::gemm::cpu
