// The cycles of an idealised R x C systolic array, as SCALE-Sim counts them, and what sets the arrays here apart from
// it.
#pragma once

#include <cstdint>

#include "timing/hardware_point.h"

namespace ampa::timing {

// Every element does one product per cycle, whatever the widths; every tile takes the whole array's skew. (SCALE-Sim v2
// and v3; their last cycle is not counted.)
//   output stationary  ceil(M/R) * ceil(N/C) * (K + R + C - 2) - 1
//   weight stationary  ceil(K/R) * ceil(N/C) * (M + 2R + C - 2) - 1
// A batch is that many ideal jobs back to back, of which the very last cycle is not counted. Throws InputError if the
// job or the array has no extent, or the cycles leave 63 bits.
std::int64_t ideal_cycles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols);

// job_cycles(point, shape).total() - ideal_cycles of the same dataflow and size, term by term. docs/scale_sim.md
// derives them.
struct IdealGap {
  std::int64_t words =
      0;  // steps or tiles more or fewer: products per packed word, planes, parts of a deep job, a transposed one
  std::int64_t start = 0;      // one start cycle per tile, of a grid per job
  std::int64_t registers = 0;  // at the array's edges and in the element; weight stationary, also of the results
  // Output stationary: rows are taken out after the flush, not during it; of a grid, those of the last tile, and cycles
  // that tiles of few steps wait for the rows of the tile before.
  std::int64_t drain = 0;
  // <= 0: rows and columns that a tile does not use and the ideal array waits for; of a grid, of all tiles but the last
  // one also those in use, as the next tile is fed meanwhile.
  std::int64_t unused = 0;
  std::int64_t last_cycle = 0;  // the cycle that the closed forms leave out

  std::int64_t total() const { return words + start + registers + drain + unused + last_cycle; }
};
IdealGap ideal_gap(const HardwarePoint& point, const gemm::JobShape& shape);

}  // namespace ampa::timing
