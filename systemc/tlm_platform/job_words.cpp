#include "tlm_platform/job_words.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "platform/descriptor.h"
#include "platform/descriptor_words.h"

namespace ampa::systemc {
namespace {

using namespace platform;

std::int64_t signed_word(std::uint32_t word) {
  return static_cast<std::int32_t>(word);
}

std::uint64_t two_words(const std::uint32_t* words) {
  return words[0] | static_cast<std::uint64_t>(words[1]) << 32;
}

CodeFormat format_of(std::uint32_t word) {
  const std::uint32_t kind = word >> 4 & 3;
  return {static_cast<Bits>(word & 15), kind != 0};
}

OperandWords read_operand(const std::uint32_t* words, CodeFormat format) {
  OperandWords operand;
  operand.format = format;
  operand.storage_bits = static_cast<Bits>(words[kStorageBits] & 15);
  operand.zero_code = words[kZeroCode];
  operand.dilation_log2 = static_cast<int>(words[kDilationLog2] & 3);
  operand.gx0 = signed_word(words[kGx0]);
  operand.height = signed_word(words[kHeight]);
  operand.width = signed_word(words[kWidth]);
  operand.gy0 = signed_word(words[kGy0]);
  operand.s_offset = signed_word(words[kSOffset]);
  operand.rows = WalkerWords(words + kRowWalker);
  operand.depths = WalkerWords(words + kDepthWalker);
  return operand;
}

SlabOperandWords read_slab_operand(const std::uint32_t* words) {
  return {words[kSlabBit], words[kSlabLength], signed_word(words[kSlabGy0]), signed_word(words[kSlabSOffset])};
}

// The lowest and highest code have nine bits, two's complement.
std::int32_t nine_bits(std::uint32_t word) {
  return static_cast<std::int32_t>(word << 23) >> 23;
}

float float_of(std::uint32_t word) {
  float value = 0;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

std::size_t num_slab_entries(const JobWords& job) {
  return job.slabs_per_image == 1 ? 2 : static_cast<std::size_t>(job.slabs_per_image);
}

// Columns that the words do not reach have no correction; is_valid() tells.
Requantization read_codes(const std::vector<std::uint32_t>& words, const JobWords& job) {
  const std::uint32_t* w = words.data();
  const std::uint32_t formats = w[kFormats];
  Requantization codes;
  codes.scale = float_of(w[kOutScale]);
  codes.params.inv_scale = float_of(w[kOutInvScale]);
  codes.params.zero_point = static_cast<std::int32_t>(w[kOutFormat] & 0xff);
  codes.params.min_code = nine_bits(w[kOutFormat] >> kMinCodeShift);
  codes.params.max_code = nine_bits(w[kOutFormat] >> kMaxCodeShift);
  codes.params.format = {job.code_storage_bits, codes.params.min_code < 0};
  if ((formats >> kStochasticBit & 1) != 0)
    codes.random = numerics::RandomStream{two_words(w + kOutSeed), w[kOutStep], w[kOutTensor]};
  if ((formats >> kCorrectedBit & 1) == 0) return codes;
  const std::size_t table = kSlabTable + kSlabWords * num_slab_entries(job);
  const auto columns = static_cast<std::size_t>((job.n_blocks - 1) * job.n_block + job.n_last);
  if (columns > words.size() || table > words.size() - columns) return codes;
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(table);
  std::transform(first, first + static_cast<std::ptrdiff_t>(columns), std::back_inserter(codes.columns),
                 [](std::uint32_t word) { return static_cast<std::int32_t>(word); });
  return codes;
}

bool has_valid_codes(const JobWords& job, bool is_corrected) {
  if (!job.codes) return true;
  if (job.along_k || job.code_storage_bits < kMinBits || job.code_storage_bits > kMaxBits) return false;
  const std::size_t columns = job.codes->columns.size();
  return !is_corrected || (columns > 0 && columns <= static_cast<std::size_t>(kMaxColumns));
}

bool is_valid(const JobWords& job) {
  const auto is_format = [](const OperandWords& operand) {
    return operand.format.bits >= kMinOperandBits && operand.format.bits <= kMaxBits && operand.storage_bits >= 2 &&
           operand.storage_bits <= 8 && operand.rows.is_valid() && operand.depths.is_valid();
  };
  if (!is_format(job.a) || !is_format(job.b)) return false;
  for (const std::int64_t size : {job.slabs, job.m_blocks, job.n_blocks, job.n_block, job.n_last})
    if (size < 1) return false;
  if (job.along_k ? job.m_block < 1 || job.m_last < 1 : job.depth < 1) return false;
  const std::size_t entries = num_slab_entries(job);
  if (job.slabs_per_image < 1 || job.slabs_per_image > kMaxSlabEntries || job.table.size() < entries) return false;
  for (std::size_t i = 0; i < entries; ++i)
    if (job.table[i].positions < 1) return false;
  return true;
}

}  // namespace

WalkerWords::WalkerWords(const std::uint32_t* words)
    : low_radix_(words[kWalkerLowRadix]), mid_radix_(words[kWalkerMidRadix]) {
  // A carry of a digit takes back what its steps have added.
  const auto steps = [&](std::size_t at, std::int64_t Contribution::*part) {
    low_.*part = signed_word(words[at + kWalkerUnit]);
    mid_.*part = signed_word(words[at + kWalkerLowCarry]) + low_radix_ * (low_.*part);
    high_.*part = signed_word(words[at + kWalkerMidCarry]) + mid_radix_ * (mid_.*part);
  };
  steps(kWalkerGy, &Contribution::gy);
  steps(kWalkerGx, &Contribution::gx);
  steps(kWalkerS, &Contribution::s);
  steps(kWalkerP, &Contribution::p);
}

Contribution WalkerWords::at(std::int64_t item) const {
  const std::int64_t low = item % low_radix_, mid = item / low_radix_ % mid_radix_,
                     high = item / low_radix_ / mid_radix_;
  const auto sum = [&](std::int64_t Contribution::*part) {
    return low * (low_.*part) + mid * (mid_.*part) + high * (high_.*part);
  };
  return {sum(&Contribution::gy), sum(&Contribution::gx), sum(&Contribution::s), sum(&Contribution::p)};
}

JobWords read_job_words(const std::vector<std::uint32_t>& words) {
  JobWords job;
  if (words.empty()) return job;
  job.has_magic = words[kMagic] == kMagicNumber;
  if (words.size() < kSlabTable) return job;
  const std::uint32_t* w = words.data();
  job.along_k = (w[kFormats] >> kAlongKBit & 1) != 0;
  job.wide = (w[kFormats] >> kWideBit & 1) != 0;
  job.slabs = w[kSlabs];
  job.slabs_per_image = w[kSlabsPerImage];
  job.m_blocks = w[kMBlocks];
  job.n_blocks = w[kNBlocks];
  job.m_block = w[kMBlock];
  job.m_last = w[kMLast];
  job.n_block = w[kNBlock];
  job.n_last = w[kNLast];
  job.depth = w[kDepth];
  job.a_bit = two_words(w + kABit);
  job.b_bit = two_words(w + kBBit);
  job.out_byte = two_words(w + kOutByte);
  job.a_image_bits = two_words(w + kAImageBits);
  job.b_image_bits = two_words(w + kBImageBits);
  job.b_block_bits = w[kBBlockLength];
  job.b_last_bits = w[kBLastLength];
  job.a = read_operand(w + kAWords, format_of(w[kFormats]));
  job.b = read_operand(w + kBWords, format_of(w[kFormats] >> 8));
  for (std::size_t at = kSlabTable; at + kSlabWords <= words.size() && job.table.size() < num_slab_entries(job);
       at += kSlabWords)
    job.table.push_back(
        {w[at + kSlabPositions], read_slab_operand(w + at + kSlabA), read_slab_operand(w + at + kSlabB)});
  job.code_storage_bits = static_cast<Bits>(w[kFormats] >> kCodeBitsShift & 15);
  if ((w[kFormats] >> kCodesBit & 1) != 0) job.codes = read_codes(words, job);
  job.is_valid = is_valid(job) && has_valid_codes(job, (w[kFormats] >> kCorrectedBit & 1) != 0);
  return job;
}

}  // namespace ampa::systemc
