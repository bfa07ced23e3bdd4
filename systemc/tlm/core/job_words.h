// What the words of a descriptor say, as a core reads them from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "timing/core_config.h"
#include "timing/requantization.h"
#include "tlm/core/walker_words.h"

namespace ampa::tlm {

// Words that coordinates are made of are 32 bits that wrap, as in rtl/core/ampa_operand_fetch.v.
struct OperandWords {
  CodeFormat format;
  int kind = 0;                    // as rtl/pe/ampa_operand_kinds.vh numbers them
  std::uint32_t storage_bits = 8;  // of a code in memory
  Bits value_bits = 8;             // of those, what the array takes
  std::uint32_t zero_code = 0;
  int dilation_log2 = 0;
  std::uint32_t gx0 = 0, height = 0, width = 0;  // of the dilated grid
  std::uint32_t gy0 = 0, s_offset = 0;           // of B with slabs along M
  std::size_t row_items = 1, depth_items = 1;    // of the walkers, that lie a unit step apart
  WalkerWords rows, depths;
};

// Of one operand of a slab.
struct SlabOperandWords {
  std::int64_t bit = 0, bits = 0;
  std::uint32_t gy0 = 0, s_offset = 0;
};
struct SlabWords {
  std::int64_t positions = 0, slices = 0, last_lanes = 0;
  SlabOperandWords a, b;
};

// Of results that leave as codes.
struct CodeWords {
  Bits bits = 8;  // of a code in memory
  std::int32_t zero_point = 0, min_code = 0, max_code = 0;
  std::uint32_t scale = 0, inv_scale = 0;  // FP32
  bool is_random = false, is_corrected = false;
};

struct JobWords {
  bool has_magic = false;
  bool along_k = false, wide = false, has_codes = false;
  std::int64_t slabs = 0, slabs_per_image = 0;
  std::int64_t m_blocks = 0, n_blocks = 0, m_block = 0, m_last = 0, n_block = 0, n_last = 0;
  std::int64_t slices = 0, last_lanes = 0, depth = 0;  // with slabs along M
  std::uint64_t a_bit = 0, b_bit = 0, out_byte = 0;
  std::uint64_t a_image_bits = 0, b_image_bits = 0;
  std::int64_t b_block_bits = 0, b_last_bits = 0;
  OperandWords a, b;
  std::vector<SlabWords> table;
  CodeWords code_words;
  std::optional<timing::Requantization> codes;  // of a job (job_checks.h) whose results leave as codes
};

// Entries of the table of slabs, and columns that may have corrections.
std::size_t num_slab_entries(const JobWords& job);
std::uint64_t num_columns(const JobWords& job);

// Reads the words of a descriptor; those that are missing are 0. `codes` is left to make_codes.
JobWords read_job_words(const std::vector<std::uint32_t>& words, const timing::CoreConfig& config);

// The numbers by which the codes of a job are made.
timing::Requantization make_codes(const std::vector<std::uint32_t>& words, const JobWords& job);

}  // namespace ampa::tlm
