// The cycles of one tile of an array; TIMING.md states the rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "timing/hardware_point.h"

namespace ampa::timing {

// The slices into which `depth` (>= 1) products fall: ceil(depth / products per packed word).
std::int64_t num_slices(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t depth);

// Pairs of bit-planes in which a slice is worked off, 1 for processing elements without planes.
std::int64_t num_plane_pairs(const HardwarePoint& point, CodeFormat a, CodeFormat b);

// The columns of the array that a tile of these formats can use: all, but half of them where an element that could hold
// two columns holds one.
std::int64_t usable_cols(const HardwarePoint& point, CodeFormat a, CodeFormat b);

// The parts along K in which the array runs a job: those of rule A2, or more of them where its sums hold fewer steps.
struct ArrayParts {
  std::int64_t k = 0, max_depth = 0;  // all parts but the last are max_depth deep

  std::int64_t count() const { return (k + max_depth - 1) / max_depth; }
  // 0 <= index < count()
  gemm::AccumulatorPart operator[](std::int64_t index) const {
    return {index * max_depth, std::min(max_depth, k - index * max_depth)};
  }
};
ArrayParts array_parts(const HardwarePoint& point, const gemm::JobShape& shape);

// The job as the array sees it: the transpose of one that runs as such (is_transposed).
gemm::JobShape array_shape(const HardwarePoint& point, const gemm::JobShape& shape);

// A tile that uses rows x cols of the array, alone. Output stationary: `steps` slices of num_plane_pairs words are fed,
// compute = steps * plane pairs, fill_drain = 1 (start) + rows + cols (flush) + rows (drain); of a grid, whose tiles
// overlap in a job (grid_cycles.h), grid_latency + rows. Weight stationary:
// `steps` rows of A over `rows` slices, compute = steps, fill_drain = 1 (start) + rows (load) + Rows + Cols + 2 of the
// array (latency).
gemm::JobCycles tile_cycles(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t steps,
                            std::int64_t rows, std::int64_t cols);

// The tiles of a job, those of equal extent together: their tile_cycles add up to job_cycles, but on a grid.
struct TileKind {
  std::int64_t count = 0;
  std::int64_t steps = 0, rows = 0, cols = 0;  // as tile_cycles takes them
};
std::vector<TileKind> tile_kinds(const HardwarePoint& point, const gemm::JobShape& shape);

}  // namespace ampa::timing
