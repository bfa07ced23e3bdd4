// The cycles of one tile of an array; TIMING.md states the rules.
#pragma once

#include <cstdint>

#include "timing/hardware_point.h"

namespace ampa::timing {

// The operand words that a row (or column) of the array takes in for `depth` (>= 1) products: ceil(depth /
// macs_per_cycle).
std::int64_t num_steps(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t depth);

// A tile of rows x cols accumulators, rows and cols no larger than the array's: compute = steps,
// fill_drain = 1 (start) + rows + cols (flush) + rows (drain).
gemm::JobCycles tile_cycles(std::int64_t steps, std::int64_t rows, std::int64_t cols);

}  // namespace ampa::timing
