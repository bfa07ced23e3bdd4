#include "timing/ideal_cycles.h"

#include <fmt/format.h>

#include "common/checked.h"
#include "common/error.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr const char* kCycles = "cycles";

std::int64_t ideal_tiles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  const bool stays = dataflow == Dataflow::kWeightStationary;
  return checked_mul(whole_div(stays ? shape.k : shape.m, rows), whole_div(shape.n, cols), kCycles);
}

std::int64_t ideal_tile_cycles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  if (dataflow == Dataflow::kWeightStationary) return checked_add(shape.m, 2 * rows + cols - 2, kCycles);
  return checked_add(shape.k, rows + cols - 2, kCycles);
}

}  // namespace

std::int64_t ideal_cycles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  if (shape.m < 1 || shape.n < 1 || shape.k < 1 || rows < 1 || cols < 1)
    throw InputError(
        fmt::format("ideal array: expected M, N, K, rows and columns of at least 1, found {} x {} x {} on {} "
                    "x {}",
                    shape.m, shape.n, shape.k, rows, cols));
  return checked_mul(ideal_tiles(dataflow, shape, rows, cols), ideal_tile_cycles(dataflow, shape, rows, cols),
                     kCycles) -
         1;
}

IdealGap ideal_gap(const HardwarePoint& point, const gemm::JobShape& shape) {
  const bool weight_stationary = point.dataflow == Dataflow::kWeightStationary;
  job_cycles(point, shape).total();  // throws if they leave 63 bits: what follows adds up to no more
  IdealGap gap;
  std::int64_t num_tiles = 0, feed = 0;
  for (const TileKind& tile : tile_kinds(point, shape)) {
    num_tiles += tile.count;
    feed += tile.count * tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols).compute;
    if (!weight_stationary) gap.drain += tile.count * tile.rows;
    gap.unused -= tile.count * (point.rows - tile.rows);
    if (!weight_stationary) gap.unused -= tile.count * (point.cols - tile.cols);
  }
  gap.start = num_tiles;
  gap.registers = num_tiles * (weight_stationary ? 4 : 2);
  gap.last_cycle = 1;
  // Of the ideal tiles that these stand for, and of their steps.
  const std::int64_t steps = weight_stationary ? shape.m : shape.k;
  const std::int64_t tiles = ideal_tiles(point.dataflow, shape, point.rows, point.cols);
  const std::int64_t skew = ideal_tile_cycles(point.dataflow, shape, point.rows, point.cols) - steps;
  checked_mul(tiles, checked_add(steps, skew, kCycles), kCycles);
  checked_mul(num_tiles, skew, kCycles);
  gap.words = feed - tiles * steps + (num_tiles - tiles) * skew;
  return gap;
}

}  // namespace ampa::timing
