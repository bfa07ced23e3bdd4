#include "timing/blocking.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "common/checked.h"
#include "numerics/accumulator.h"
#include "numerics/bit_packing.h"
#include "timing/descriptor.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kMaxBurstBits = (std::int64_t{1} << 32) - 1;  // a word of the descriptor

std::int64_t row_bits(const gemm::OperandGeometry& operand) {
  return operand.width * operand.channels * numerics::storage_bits(operand.format.bits);
}

// The bytes of a half that `bits` may take: a slab may begin and end within a beat.
std::int64_t pad_bytes(const CoreConfig& config, std::int64_t bits) {
  return (whole_div(bits, 8 * config.port_bytes) + 1) * config.port_bytes;
}

// The rows that the windows of position rows [begin, end) touch, at least one.
TensorRows touched_rows(const gemm::OperandGeometry& operand, std::int64_t begin, std::int64_t end) {
  const std::int64_t low = std::max<std::int64_t>(0, operand.offset_y + begin * operand.stride.y);
  const std::int64_t high = operand.offset_y + (end - 1) * operand.stride.y +
                            window_extent(operand.kernel_height, operand.window_dilation.y) - 1;
  TensorRows rows;
  rows.first = std::min(whole_div(low, operand.dilation.y), operand.height - 1);
  const std::int64_t last = high < 0 ? 0 : std::min(high / operand.dilation.y, operand.height - 1);
  rows.count = std::max<std::int64_t>(1, last - rows.first + 1);
  rows.bit = rows.first * row_bits(operand);
  rows.bits = rows.count * row_bits(operand);
  return rows;
}

TensorRows whole_images(const gemm::OperandGeometry& operand, std::int64_t images) {
  return {0, images * operand.height, 0, images * image_bits(operand)};
}

Slab slab_of_rows(const gemm::JobGeometry& job, std::int64_t begin, std::int64_t end) {
  Slab slab;
  slab.first_row = begin;
  slab.positions = (end - begin) * job.a.out_width;
  slab.a = touched_rows(job.a, begin, end);
  if (job.a.transposed) slab.b = touched_rows(job.b, begin, end);
  return slab;
}

Slab slab_of_images(const gemm::JobGeometry& job, std::int64_t images) {
  Slab slab;
  slab.positions = images * job.a.out_height * job.a.out_width;
  slab.a = whole_images(job.a, images);
  if (job.a.transposed) slab.b = whole_images(job.b, images);
  return slab;
}

void add_kind(SlabSplit& split, const Slab& slab, std::int64_t count) {
  if (count == 0) return;
  const SlabSplit::Kind kind{count, slab.positions, slab.a.bits, slab.b.bits};
  SlabSplit::Kind& largest = split.largest;
  largest.positions = std::max(largest.positions, kind.positions);
  largest.a_bits = std::max(largest.a_bits, kind.a_bits);
  largest.b_bits = std::max(largest.b_bits, kind.b_bits);
  if (!split.kinds.empty()) {
    SlabSplit::Kind& last = split.kinds.back();
    if (last.positions == kind.positions && last.a_bits == kind.a_bits && last.b_bits == kind.b_bits) {
      last.count += count;
      return;
    }
  }
  split.kinds.push_back(kind);
}

SlabSplit split_images(const gemm::JobGeometry& job, std::int64_t run) {
  SlabSplit split;
  split.size = run;
  split.num_slabs = whole_div(job.a.images, run);
  add_kind(split, slab_of_images(job, run), split.num_slabs - 1);
  add_kind(split, slab_of_images(job, job.a.images - (split.num_slabs - 1) * run), 1);
  return split;
}

SlabSplit split_rows(const gemm::JobGeometry& job, std::int64_t rows) {
  SlabSplit split;
  split.of_images = false;
  split.size = rows;
  split.slabs_per_image = whole_div(job.a.out_height, rows);
  split.num_slabs = checked_mul(job.a.images, split.slabs_per_image, "slabs");
  for (std::int64_t begin = 0; begin < job.a.out_height; begin += rows)
    add_kind(split, slab_of_rows(job, begin, std::min(begin + rows, job.a.out_height)), job.a.images);
  return split;
}

constexpr std::int64_t kPerOctave = 8;

// 1 .. most, eight of each octave from there on: 8, 9, ... 15, 16, 18, ...
std::vector<std::int64_t> rising(std::int64_t most) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t number = 1; number < std::min(kPerOctave, most + 1); ++number) numbers.push_back(number);
  for (std::int64_t base = 1; kPerOctave <= most / base; base *= 2)
    for (std::int64_t i = kPerOctave; i < 2 * kPerOctave && i <= most / base; ++i) numbers.push_back(i * base);
  return numbers;
}

// Each once, the largest first.
void sort_down(std::vector<std::int64_t>& numbers) {
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// Sizes of pieces of `whole` in grains, all but the last one of a piece whole: of every number of pieces that a rising
// size gives the smallest size, so that pieces are even, and the first few numbers of pieces. Descending.
std::vector<std::int64_t> sizes(std::int64_t whole, std::int64_t grain) {
  const std::int64_t grains = whole_div(whole, grain);
  std::vector<std::int64_t> found;
  const auto add = [&](std::int64_t count) {
    found.push_back(std::min(whole, whole_div(grains, std::min(count, grains)) * grain));
  };
  for (const std::int64_t size : rising(grains)) add(whole_div(grains, size));
  for (std::int64_t count = 1; count <= kPerOctave; ++count) add(count);
  sort_down(found);
  return found;
}

// In whole grains, and in any number: for scratchpads that do not hold a grain, and where the memory is the narrow
// place.
std::vector<std::int64_t> sizes_of_both_kinds(std::int64_t whole, std::int64_t grain) {
  std::vector<std::int64_t> found = sizes(whole, grain);
  const std::vector<std::int64_t> any = sizes(whole, 1);
  found.insert(found.end(), any.begin(), any.end());
  sort_down(found);
  return found;
}

std::vector<Blocks> blocks_of(std::int64_t whole, std::int64_t grain) {
  std::vector<Blocks> blocks;
  for (const std::int64_t size : sizes(whole, grain)) {
    const std::int64_t count = whole_div(whole, size);
    blocks.push_back({size, count, whole - (count - 1) * size});
  }
  return blocks;
}

}  // namespace

std::int64_t image_bits(const gemm::OperandGeometry& operand) {
  return operand.height * row_bits(operand);
}

Blockings candidate_blockings(const CoreConfig& config, const gemm::JobGeometry& job) {
  const bool along_k = job.a.transposed;
  const std::int64_t rows = config.point.rows, height = job.a.out_height, width = job.a.out_width;
  // Images, or rows of an image, whose positions fill whole tiles of an output-stationary array.
  const bool has_grain = !along_k && config.point.dataflow == Dataflow::kOutputStationary;
  const std::int64_t image_grain = has_grain ? rows / std::gcd(rows, height * width) : 1;
  const std::int64_t row_grain = has_grain ? rows / std::gcd(rows, width) : 1;
  Blockings blockings;
  for (const std::int64_t run : sizes_of_both_kinds(job.a.images, image_grain))
    blockings.slabs.push_back(split_images(job, run));
  const std::int64_t least_rows = whole_div(height, kMaxSlabEntries);
  std::vector<std::int64_t> row_sizes = sizes_of_both_kinds(height, row_grain);
  row_sizes.push_back(least_rows);
  std::int64_t before = height;  // a slab of all rows is one of an image
  for (const std::int64_t size : row_sizes)
    if (size < before && size >= least_rows) blockings.slabs.push_back(split_rows(job, before = size));
  blockings.n = blocks_of(job.b.rows(), config.point.cols);
  if (along_k)
    blockings.m = blocks_of(job.a.rows(), rows);
  else
    blockings.m.push_back({job.a.rows(), 1, job.a.rows()});
  return blockings;
}

std::vector<Slab> slabs_of(const gemm::JobGeometry& job, const SlabSplit& split) {
  if (split.of_images)
    return {slab_of_images(job, split.size), slab_of_images(job, job.a.images - (split.num_slabs - 1) * split.size)};
  std::vector<Slab> slabs;
  for (std::int64_t begin = 0; begin < job.a.out_height; begin += split.size)
    slabs.push_back(slab_of_rows(job, begin, std::min(begin + split.size, job.a.out_height)));
  return slabs;
}

bool fits(const CoreConfig& config, const gemm::JobGeometry& job, const SlabSplit& slabs, const Blocks& m,
          const Blocks& n) {
  const SlabSplit::Kind& largest = slabs.largest;
  if (largest.a_bits > kMaxBurstBits || pad_bytes(config, largest.a_bits) > config.a_bytes) return false;
  if (job.a.transposed)
    return largest.b_bits <= kMaxBurstBits && pad_bytes(config, largest.b_bits) <= config.b_bytes &&
           m.size <= config.sums / n.size && largest.positions <= job.shape().parts().max_depth();
  const std::int64_t row = image_bits(job.b);
  return n.size <= kMaxBurstBits / row && pad_bytes(config, n.size * row) <= config.b_bytes &&
         largest.positions <= config.sums / n.size;
}

std::string misfit(const CoreConfig& config, const gemm::JobGeometry& job, const SlabSplit& slabs, const Blocks& m,
                   const Blocks& n) {
  std::string text;
  const auto expect = [&](bool holds, const std::string& what) {
    if (!holds) text += (text.empty() ? "" : "; ") + what;
  };
  const SlabSplit::Kind& largest = slabs.largest;
  const std::string slab =
      slabs.of_images ? fmt::format("{} position(s), an image", largest.positions)
                      : fmt::format("{} row(s) of {} positions", slabs.size, job.a.out_width) +
                            (slabs.size > 1 ? fmt::format(" (the table has {} slabs for the {} rows of an image)",
                                                          kMaxSlabEntries, job.a.out_height)
                                            : "");
  const auto expect_burst = [&](const char* name, std::int64_t bits, std::int64_t bytes, const std::string& of) {
    expect(bits <= kMaxBurstBits,
           fmt::format("a burst: expected at most {} bits, found {} of {} for {}", kMaxBurstBits, bits, name, of));
    const std::int64_t needed = pad_bytes(config, bits);
    expect(needed <= bytes, fmt::format("{}: expected at least {} bytes for {}, found {}", name, needed, of, bytes));
  };
  expect_burst("a", largest.a_bits, config.a_bytes, slab);
  if (job.a.transposed) {
    expect_burst("b", largest.b_bits, config.b_bytes, slab);
    const std::int64_t depth = job.shape().parts().max_depth();
    expect(largest.positions <= depth,
           fmt::format("32-bit sums: expected a slab of at most {} positions, found {}", depth, slab));
    expect(m.size <= config.sums / n.size,
           fmt::format("sums: expected at least {}, found {}", m.size * n.size, config.sums));
    return text;
  }
  expect_burst("b", checked_mul(n.size, image_bits(job.b), "bits of b"), config.b_bytes,
               fmt::format("{} row(s) of {} codes", n.size, job.b.depth()));
  expect(largest.positions <= config.sums / n.size,
         fmt::format("sums: expected at least {} for {} by {} columns, found {}", largest.positions * n.size, slab,
                     n.size, config.sums));
  return text;
}

}  // namespace ampa::timing
