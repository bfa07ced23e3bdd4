#include "tlm/core/job_words.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "timing/descriptor.h"
#include "timing/descriptor_words.h"

namespace ampa::tlm {
namespace {

using namespace timing;

std::uint64_t two_words(const std::uint32_t* words) {
  return words[0] | static_cast<std::uint64_t>(words[1]) << 32;
}

// Of eight bits of the formats word: the bits, then the kind.
void read_format(OperandWords& operand, std::uint32_t word, timing::Pe pe) {
  operand.kind = static_cast<int>(word >> 4 & 3);
  operand.format = {static_cast<Bits>(word & 15), operand.kind != 0};
  if (!timing::is_supported(pe, operand.format)) return;
  const timing::PeFormats& formats = timing::pe_formats(pe);
  operand.value_bits = std::max(formats.planes(operand.format), formats.mode_bits(operand.format));
}

OperandWords read_operand(const std::uint32_t* words) {
  OperandWords operand;
  operand.storage_bits = words[kStorageBits];
  operand.zero_code = words[kZeroCode];
  operand.dilation_log2 = static_cast<int>(words[kDilationLog2] & 3);
  operand.gx0 = words[kGx0];
  operand.height = words[kHeight];
  operand.width = words[kWidth];
  operand.gy0 = words[kGy0];
  operand.s_offset = words[kSOffset];
  operand.rows = WalkerWords(words + kRowWalker);
  operand.depths = WalkerWords(words + kDepthWalker);
  return operand;
}

SlabOperandWords read_slab_operand(const std::uint32_t* words) {
  return {words[kSlabBit], words[kSlabLength], words[kSlabGy0], words[kSlabSOffset]};
}

// The lowest and highest code have nine bits, two's complement.
std::int32_t nine_bits(std::uint32_t word) {
  return static_cast<std::int32_t>(word << 23) >> 23;
}

CodeWords read_codes(const std::uint32_t* words) {
  CodeWords codes;
  codes.bits = static_cast<Bits>(words[kFormats] >> kCodeBitsShift & 15);
  codes.is_random = (words[kFormats] >> kStochasticBit & 1) != 0;
  codes.is_corrected = (words[kFormats] >> kCorrectedBit & 1) != 0;
  codes.zero_point = static_cast<std::int32_t>(words[kOutFormat] & 0xff);
  codes.min_code = nine_bits(words[kOutFormat] >> kMinCodeShift);
  codes.max_code = nine_bits(words[kOutFormat] >> kMaxCodeShift);
  codes.scale = words[kOutScale];
  codes.inv_scale = words[kOutInvScale];
  return codes;
}

float float_of(std::uint32_t word) {
  float value = 0;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

}  // namespace

std::size_t num_slab_entries(const JobWords& job) {
  return job.slabs_per_image == 1 ? 2 : static_cast<std::size_t>(job.slabs_per_image);
}

std::uint64_t num_columns(const JobWords& job) {
  return static_cast<std::uint64_t>(job.n_blocks - 1) * static_cast<std::uint64_t>(job.n_block) +
         static_cast<std::uint64_t>(job.n_last);
}

JobWords read_job_words(const std::vector<std::uint32_t>& words, const CoreConfig& config) {
  JobWords job;
  if (words.empty()) return job;
  job.has_magic = words[kMagic] == kMagicNumber;
  if (words.size() < kSlabTable) return job;
  const std::uint32_t* w = words.data();
  job.along_k = (w[kFormats] >> kAlongKBit & 1) != 0;
  job.wide = (w[kFormats] >> kWideBit & 1) != 0;
  job.has_codes = (w[kFormats] >> kCodesBit & 1) != 0;
  job.slabs = w[kSlabs];
  job.slabs_per_image = w[kSlabsPerImage];
  job.m_blocks = w[kMBlocks];
  job.n_blocks = w[kNBlocks];
  job.m_block = w[kMBlock];
  job.m_last = w[kMLast];
  job.n_block = w[kNBlock];
  job.n_last = w[kNLast];
  job.slices = w[kSlices];
  job.last_lanes = w[kLastLanes];
  job.depth = w[kDepth];
  job.a_bit = two_words(w + kABit);
  job.b_bit = two_words(w + kBBit);
  job.out_byte = two_words(w + kOutByte);
  job.a_image_bits = two_words(w + kAImageBits);
  job.b_image_bits = two_words(w + kBImageBits);
  job.b_block_bits = w[kBBlockLength];
  job.b_last_bits = w[kBLastLength];
  job.a = read_operand(w + kAWords);
  job.b = read_operand(w + kBWords);
  read_format(job.a, w[kFormats], config.point.pe);
  read_format(job.b, w[kFormats] >> 8, config.point.pe);
  const bool is_ws = config.point.dataflow == timing::Dataflow::kWeightStationary;
  job.a.row_items = is_ws ? 1 : static_cast<std::size_t>(config.point.rows);
  job.b.row_items = static_cast<std::size_t>(config.point.cols);
  job.a.depth_items = job.a.depths.index_advance();  // checked: what a slice, or all slices of a tile, take
  job.b.depth_items = job.b.depths.index_advance();
  const std::size_t entries = std::min(num_slab_entries(job), static_cast<std::size_t>(kMaxSlabEntries));
  for (std::size_t at = kSlabTable; at + kSlabWords <= words.size() && job.table.size() < entries; at += kSlabWords)
    job.table.push_back({w[at + kSlabPositions], w[at + kSlabSlices], w[at + kSlabLastLanes],
                         read_slab_operand(w + at + kSlabA), read_slab_operand(w + at + kSlabB)});
  job.code_words = read_codes(w);
  return job;
}

Requantization make_codes(const std::vector<std::uint32_t>& words, const JobWords& job) {
  const CodeWords& from = job.code_words;
  Requantization codes;
  codes.scale = float_of(from.scale);
  codes.params.inv_scale = float_of(from.inv_scale);
  codes.params.zero_point = from.zero_point;
  codes.params.min_code = from.min_code;
  codes.params.max_code = from.max_code;
  codes.params.format = {from.bits, from.min_code < 0};
  if (from.is_random)
    codes.random = numerics::RandomStream{two_words(words.data() + kOutSeed), words[kOutStep], words[kOutTensor]};
  if (!from.is_corrected) return codes;
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(kSlabTable + kSlabWords * num_slab_entries(job));
  std::transform(first, first + static_cast<std::ptrdiff_t>(num_columns(job)), std::back_inserter(codes.columns),
                 [](std::uint32_t word) { return static_cast<std::int32_t>(word); });
  return codes;
}

}  // namespace ampa::tlm
