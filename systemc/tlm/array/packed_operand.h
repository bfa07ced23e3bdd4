// From an operand of a job to the words that enter the array.
#pragma once

#include <cstdint>
#include <vector>

#include "gemm/gemm_job.h"
#include "timing/hardware_point.h"

namespace ampa::tlm {

// A block of the codes of an operand of one GEMM: rows [row, row + num_rows) at depths [k, k + depth).
struct OperandBlock {
  std::int64_t row = 0, num_rows = 0;
  std::int64_t k = 0, depth = 0;
};

// The raw codes of a block, one byte each, row by row: num_rows x depth bytes.
std::vector<std::uint8_t> read_codes(const gemm::Operand& operand, const OperandBlock& block);

// How codes are packed: `macs` of them a word, each in a container of `container_bits` of which the lower `mode_bits`
// count; of operands in planes, word `plane` holds bit `plane` (for two-level codes: whether they are +1), of operands
// in digits bits 2d + 1, 2d and 2d - 1 for digit d = planes - 1 - plane. A word has `words` of 32 bits.
struct Packing {
  int macs = 1, container_bits = 8, mode_bits = 8, planes = 1, words = 1;
  bool has_digits = false;
};
Packing packing_of(const timing::HardwarePoint& point, CodeFormat own, CodeFormat other, timing::Side side);

// Where, in 32-bit words, the word of a row, a slice (the codes k = slice * macs ... of it) and a plane goes.
struct WordStrides {
  std::int64_t row = 1, slice = 1, plane = 1;
};

// Writes the packed words of a block, the first code of each in the lowest bits, zeros beyond the depth.
void pack(const gemm::Operand& operand, const OperandBlock& block, const Packing& packing, const WordStrides& strides,
          std::uint32_t* words);

}  // namespace ampa::tlm
