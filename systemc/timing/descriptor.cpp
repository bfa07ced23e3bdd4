#include "timing/descriptor.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/ceil_div.h"
#include "numerics/bit_packing.h"
#include "timing/descriptor_words.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

// What an item of a walker carries: contributions to the coordinates on the grid, to the scaled address and to the
// address.
struct Carried {
  std::int64_t gy = 0, gx = 0, s = 0, p = 0;
  friend Carried operator+(Carried x, Carried y) { return {x.gy + y.gy, x.gx + y.gx, x.s + y.s, x.p + y.p}; }
  friend Carried operator*(std::int64_t f, Carried x) { return {f * x.gy, f * x.gx, f * x.s, f * x.p}; }
};

// A mixed-radix counter: digits low, mid and high and what a step of each carries.
struct Walker {
  std::int64_t low_radix = 1, mid_radix = 1;
  Carried low, mid, high;
};

Walker position_walker(const gemm::OperandGeometry& g) {
  const std::int64_t row = g.width * g.channels;
  return {g.out_width,
          g.out_height,
          {0, g.stride.x, g.stride.x * g.channels, 0},
          {g.stride.y, 0, g.stride.y * row, 0},
          {0, 0, 0, g.height * row}};
}

Walker window_walker(const gemm::OperandGeometry& g) {
  const YX step = g.window_dilation;
  return {g.channels,
          g.kernel_width,
          {0, 0, 0, 1},
          {0, step.x, step.x * g.channels, 0},
          {step.y, 0, step.y * g.width * g.channels, 0}};
}

std::uint32_t word(std::int64_t value) {
  return static_cast<std::uint32_t>(value);
}

void put(std::vector<std::uint32_t>& words, std::size_t at, const Walker& walker, std::int64_t advance) {
  const std::int64_t low = advance % walker.low_radix, carry = advance / walker.low_radix;
  const std::int64_t mid = carry % walker.mid_radix, high = carry / walker.mid_radix;
  const std::array<Carried, 4> steps{
      walker.low,                                                // unit
      low * walker.low + mid * walker.mid + high * walker.high,  // advance
      walker.mid + -walker.low_radix * walker.low,               // low carry
      walker.high + -walker.mid_radix * walker.mid,              // mid carry
  };
  const std::array<std::int64_t, 5> digits{walker.low_radix, walker.mid_radix, low, mid, advance};
  for (std::size_t i = 0; i < digits.size(); ++i) words[at + i] = word(digits[i]);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    words[at + kWalkerGy + i] = word(steps[i].gy);
    words[at + kWalkerGx + i] = word(steps[i].gx);
    words[at + kWalkerS + i] = word(steps[i].s);
    words[at + kWalkerP + i] = word(steps[i].p);
  }
}

void put64(std::vector<std::uint32_t>& words, std::size_t at, std::uint64_t value) {
  words[at] = static_cast<std::uint32_t>(value);
  words[at + 1] = static_cast<std::uint32_t>(value >> 32);
}

int log2_of(std::int64_t power) {
  int log2 = 0;
  while (std::int64_t{1} << log2 < power) ++log2;
  return log2;
}

// gy0 and the scaled address offset of a slab that begins at a row of positions and holds tensor rows from `first` on.
std::array<std::uint32_t, 2> slab_origin(const gemm::OperandGeometry& g, std::int64_t position_row,
                                         std::int64_t first) {
  const std::int64_t row = g.width * g.channels, gy0 = g.offset_y + position_row * g.stride.y;
  return {word(gy0), word(gy0 * row + g.offset_x * g.channels - first * g.dilation.y * row)};
}

void put_operand(std::vector<std::uint32_t>& words, std::size_t at, const gemm::OperandGeometry& g,
                 std::int64_t row_advance, std::int64_t depth_advance) {
  words[at + kStorageBits] = word(numerics::storage_bits(g.format.bits));
  words[at + kZeroCode] = static_cast<std::uint8_t>(g.zero_point);
  words[at + kDilationLog2] = word(log2_of(g.dilation.y));
  words[at + kGx0] = word(g.offset_x);
  words[at + kHeight] = word(g.height * g.dilation.y);
  words[at + kWidth] = word(g.width * g.dilation.x);
  const auto origin = slab_origin(g, 0, 0);
  words[at + kGy0] = origin[0];
  words[at + kSOffset] = origin[1];
  put(words, at + kRowWalker, g.transposed ? window_walker(g) : position_walker(g), row_advance);
  put(words, at + kDepthWalker, g.transposed ? position_walker(g) : window_walker(g), depth_advance);
}

std::uint32_t formats_word(const JobPlan& plan) {
  const CodeFormat a = plan.job.a.format, b = plan.job.b.format;
  return word(a.bits | operand_kind(a) << 4 | b.bits << 8 | operand_kind(b) << 12 |
              (plan.along_k ? 1 << kAlongKBit : 0) | (plan.wide ? 1 << kWideBit : 0));
}

struct Slices {
  std::int64_t count = 0, last_lanes = 0;
};
Slices slices_of(const JobPlan& plan, std::int64_t depth) {
  const std::int64_t macs = pe_formats(plan.config.point.pe).macs(plan.job.a.format, plan.job.b.format);
  const std::int64_t count = ceil_div(depth, macs);
  return {count, depth - (count - 1) * macs};
}

void put_slab(std::vector<std::uint32_t>& words, std::size_t at, const JobPlan& plan, const Slab& slab) {
  const Slices slices = slices_of(plan, slab.positions);
  words[at + kSlabPositions] = word(slab.positions);
  words[at + kSlabSlices] = word(slices.count);
  words[at + kSlabLastLanes] = word(slices.last_lanes);
  const auto put_rows = [&](std::size_t to, const gemm::OperandGeometry& g, const TensorRows& rows) {
    const auto origin = slab_origin(g, slab.first_row, rows.first);
    words[to + kSlabBit] = word(rows.bit);
    words[to + kSlabLength] = word(rows.bits);
    words[to + kSlabGy0] = origin[0];
    words[to + kSlabSOffset] = origin[1];
  };
  put_rows(at + kSlabA, plan.job.a, slab.a);
  if (plan.along_k) put_rows(at + kSlabB, plan.job.b, slab.b);
}

std::size_t column_table(const JobPlan& plan) {
  return kSlabTable + kSlabWords * plan.slabs.size();
}

std::size_t num_words(const JobPlan& plan) {
  const bool is_corrected = plan.codes && plan.codes->is_corrected;
  return column_table(plan) + (is_corrected ? static_cast<std::size_t>(plan.n()) : 0);
}

std::uint32_t float_word(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

void put_codes(std::vector<std::uint32_t>& words, const JobPlan& plan, const Requantization& codes) {
  constexpr std::uint32_t kNineBits = 0x1ff;
  words[kFormats] |= word(plan.result_bits() << kCodeBitsShift | std::int64_t{1} << kCodesBit |
                          (codes.random ? 1 << kStochasticBit : 0) | (codes.columns.empty() ? 0 : 1 << kCorrectedBit));
  words[kOutFormat] = word(codes.params.zero_point) | (word(codes.params.min_code) & kNineBits) << kMinCodeShift |
                      (word(codes.params.max_code) & kNineBits) << kMaxCodeShift;
  words[kOutScale] = float_word(codes.scale);
  words[kOutInvScale] = float_word(codes.params.inv_scale);
  if (codes.random) {
    put64(words, kOutSeed, codes.random->seed);
    words[kOutStep] = codes.random->step;
    words[kOutTensor] = codes.random->tensor;
  }
  std::transform(codes.columns.begin(), codes.columns.end(), words.begin() + column_table(plan), word);
}

}  // namespace

std::int64_t descriptor_beats(const JobPlan& plan) {
  return ceil_div(static_cast<std::int64_t>(num_words(plan)) * 4, plan.config.port_bytes);
}

std::vector<std::uint32_t> make_descriptor(const JobPlan& plan, const JobAddresses& addresses,
                                           const std::optional<Requantization>& codes) {
  std::vector<std::uint32_t> words(static_cast<std::size_t>(descriptor_beats(plan) * plan.config.port_bytes / 4));
  const HardwarePoint& point = plan.config.point;
  const gemm::OperandGeometry &a = plan.job.a, &b = plan.job.b;
  const bool is_ws = point.dataflow == Dataflow::kWeightStationary;
  const std::int64_t macs = pe_formats(point.pe).macs(a.format, b.format);
  words[kMagic] = kMagicNumber;
  words[kFormats] = formats_word(plan);
  words[kSlabs] = word(plan.num_slabs);
  words[kSlabsPerImage] = word(plan.slabs_per_image);
  words[kMBlocks] = word(plan.num_m_blocks);
  words[kNBlocks] = word(plan.num_n_blocks);
  words[kNBlock] = word(plan.n_block);
  words[kNLast] = word(plan.n_last());
  put64(words, kABit, addresses.a * 8);
  put64(words, kBBit, addresses.b * 8);
  put64(words, kOutByte, addresses.results);
  put64(words, kAImageBits, static_cast<std::uint64_t>(plan.images_per_slab * image_bits(a)));
  if (plan.along_k) {
    words[kMBlock] = word(plan.m_block);
    words[kMLast] = word(plan.m_last());
    put64(words, kBImageBits, static_cast<std::uint64_t>(plan.images_per_slab * image_bits(b)));
  } else {
    const Slices slices = slices_of(plan, a.depth());
    words[kSlices] = word(slices.count);
    words[kLastLanes] = word(slices.last_lanes);
    words[kDepth] = word(a.depth());
    put64(words, kBImageBits, static_cast<std::uint64_t>(plan.n_block * image_bits(b)));
    words[kBBlockLength] = word(plan.n_block * image_bits(b));
    words[kBLastLength] = word(plan.n_last() * image_bits(b));
  }
  const std::int64_t depth_advance = is_ws ? point.rows * macs : macs;
  put_operand(words, kAWords, a, is_ws ? 1 : point.rows, depth_advance);
  put_operand(words, kBWords, b, point.cols, depth_advance);
  for (std::size_t i = 0; i < plan.slabs.size(); ++i) put_slab(words, kSlabTable + kSlabWords * i, plan, plan.slabs[i]);
  if (codes) put_codes(words, plan, *codes);
  return words;
}

}  // namespace ampa::timing
