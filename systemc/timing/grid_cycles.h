// The cycles of a grid (rtl/grid, rtl/packed), whose tiles overlap: the sums of one leave while the next is fed.
// TIMING.md states the rules.
#pragma once

#include <cstdint>

#include "timing/hardware_point.h"

namespace ampa::timing {

// Row r of a tile's results can be taken grid_latency + r cycles after its last words enter.
std::int64_t grid_latency(const HardwarePoint& point);

// Places for results that tiles use in turn: those of a tile are complete before its place is used again, when
// result_places - 1 further tiles have been handed over. 1 for arrays without overlap.
std::int64_t result_places(const HardwarePoint& point);

// The cycles of a run, tile by tile as they follow each other.
class GridRun {
 public:
  explicit GridRun(const HardwarePoint& point) : latency_(grid_latency(point)) {}

  // Of the cycles up to the one in which the last words of a tile of `feed` (>= 1) words per row, `rows` rows, are
  // about to enter, those since the tile before was there; of the first one since the start.
  gemm::JobCycles add(std::int64_t feed, std::int64_t rows);

  // From there to the end of the run; none if no tile has been added. The next tile starts a new run.
  gemm::JobCycles finish();

 private:
  std::int64_t latency_;
  std::int64_t rows_ = 0;  // of the last tile; 0: the run has not begun
  std::int64_t gap_ = 0;   // cycles that its last words wait
};

// Closed form of job_cycles for a grid: `shape` as the array sees it (array_shape), its formats checked.
gemm::JobCycles grid_job_cycles(const HardwarePoint& point, const gemm::JobShape& shape);

}  // namespace ampa::timing
