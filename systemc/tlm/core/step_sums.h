// The sums of one step, from the bytes in the scratchpads.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl/core/core_status.h"
#include "tlm/core/scratchpads.h"

namespace ampa::tlm {

// A block of an operand's matrix in a half: `rows` rows from `first_row` on, all of `depth`.
struct StepBlock {
  const OperandWords* words = nullptr;
  const OperandHalf* half = nullptr;
  std::int64_t first_row = 0, rows = 0;
};

// Finds the codes of a block and multiplies them; keeps its buffers. Of the operand with fewer rows all codes are held
// at a time, of the other one a row.
class StepSums {
 public:
  // sums[row * b.rows + col] += sum over the depth of a * b. Returns kLimits if an address leaves a half, kOverflow if
  // a sum of the step leaves 32 bits.
  rtl::CoreError add(const StepBlock& a, const StepBlock& b, std::int64_t depth, std::vector<std::int64_t>& sums);

 private:
  struct Block {
    StepBlock of;
    std::vector<WalkerItem> rows, depths;
    std::vector<std::int16_t> codes;
  };
  static void walk(const StepBlock& block, std::int64_t depth, Block& to);
  static bool decode(Block& block, std::int64_t first_row, std::int64_t num_rows);

  Block few_, many_;
};

}  // namespace ampa::tlm
