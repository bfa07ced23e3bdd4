// What the words of a descriptor say, as a core reads them from memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/requantization.h"

namespace ampa::systemc {

// What a row or a depth contributes to the coordinates of an element (rtl/core/ampa_operand_fetch.v).
struct Contribution {
  std::int64_t gy = 0, gx = 0, s = 0, p = 0;
};

// A mixed-radix counter of rows or depths.
class WalkerWords {
 public:
  WalkerWords() = default;
  explicit WalkerWords(const std::uint32_t* words);
  bool is_valid() const { return low_radix_ > 0 && mid_radix_ > 0; }
  Contribution at(std::int64_t item) const;

 private:
  std::int64_t low_radix_ = 0, mid_radix_ = 0;
  Contribution low_, mid_, high_;  // of a step of each digit
};

struct OperandWords {
  CodeFormat format;
  Bits storage_bits = 8;  // of a code in memory
  std::uint32_t zero_code = 0;
  int dilation_log2 = 0;
  std::int64_t gx0 = 0, height = 0, width = 0;  // of the dilated grid
  std::int64_t gy0 = 0, s_offset = 0;           // of B with slabs along M
  WalkerWords rows, depths;
};

// Of one operand of a slab.
struct SlabOperandWords {
  std::int64_t bit = 0, bits = 0, gy0 = 0, s_offset = 0;
};
struct SlabWords {
  std::int64_t positions = 0;
  SlabOperandWords a, b;
};

struct JobWords {
  bool has_magic = false,
       is_valid = false;  // is_valid: nothing in it lets a core go astray (no empty size, radix, table)
  bool along_k = false, wide = false;
  std::int64_t slabs = 0, slabs_per_image = 0;
  std::int64_t m_blocks = 0, n_blocks = 0, m_block = 0, m_last = 0, n_block = 0, n_last = 0;
  std::int64_t depth = 0;  // with slabs along M
  std::uint64_t a_bit = 0, b_bit = 0, out_byte = 0;
  std::uint64_t a_image_bits = 0, b_image_bits = 0;
  std::int64_t b_block_bits = 0, b_last_bits = 0;
  OperandWords a, b;
  std::vector<SlabWords> table;
  std::optional<platform::Requantization> codes;  // results leave as codes; none: as sums
  Bits code_storage_bits = 8;                     // of a code in memory
};

// Reads the words of a descriptor.
JobWords read_job_words(const std::vector<std::uint32_t>& words);

}  // namespace ampa::systemc
