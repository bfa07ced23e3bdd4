// From an operand of a job to the words that enter the array.
#pragma once

#include <cstdint>
#include <vector>

#include "gemm/gemm_job.h"

namespace ampa::systemc {

// A block of an operand's codes: rows [row, row + num_rows) at depths [k, k + depth).
struct OperandBlock {
  std::int64_t row = 0, num_rows = 0;
  std::int64_t k = 0, depth = 0;
};

// The raw codes of a block, one byte each, row by row: num_rows x depth bytes.
std::vector<std::uint8_t> read_codes(const gemm::Operand& operand, const OperandBlock& block);

// How codes are packed: `macs` of them a word, each in a container of `container_bits` of which the lower `mode_bits`
// count.
struct Packing {
  int macs = 1, mode_bits = 8, container_bits = 8;
};

// The packed words of a block for an array side of `lanes` (>= num_rows): words[step * lanes + row] holds the codes
// k = step * macs ... of a row, the first in the lowest bits; zero beyond the depth and in lanes without a row.
void pack(const gemm::Operand& operand, const OperandBlock& block, const Packing& packing, std::int64_t lanes,
          std::uint32_t* words);

}  // namespace ampa::systemc
