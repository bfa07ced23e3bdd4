#include "timing/ideal_cycles.h"

#include <fmt/format.h>

#include "common/ceil_div.h"
#include "common/checked.h"
#include "common/error.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr const char* kCycles = "ideal cycles";

std::int64_t ideal_tiles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  const bool stays = dataflow == Dataflow::kWeightStationary;
  return checked_mul(checked_mul(ceil_div(stays ? shape.k : shape.m, rows), ceil_div(shape.n, cols), kCycles),
                     shape.batch, kCycles);
}

std::int64_t ideal_tile_cycles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  if (dataflow == Dataflow::kWeightStationary) return shape.m + 2 * rows + cols - 2;
  return shape.k + rows + cols - 2;
}

// Of a grid: tiles start behind each other and their rows leave while the next is fed, so that of all skews only the
// way of the last tile's words along the columns of elements remains.
void add_overlap(const HardwarePoint& point, const gemm::JobShape& job, std::int64_t skews, IdealGap& gap) {
  const std::int64_t latency = grid_latency(point), columns = point.cols / pe_formats(point.pe).grid.cols_each;
  gap.start = 1;
  gap.registers = latency - columns;
  gap.drain = job_cycles(point, job).fill_drain - latency;
  gap.unused = columns - 1 - skews;
}

}  // namespace

std::int64_t ideal_cycles(Dataflow dataflow, const gemm::JobShape& shape, std::int64_t rows, std::int64_t cols) {
  if (shape.m < 1 || shape.n < 1 || shape.k < 1 || shape.batch < 1 || rows < 1 || cols < 1)
    throw InputError(
        fmt::format("ideal array: expected M, N, K, rows and columns of at least 1, found {} x {} x {} on {} "
                    "x {}",
                    shape.m, shape.n, shape.k, rows, cols));
  return checked_mul(ideal_tiles(dataflow, shape, rows, cols), ideal_tile_cycles(dataflow, shape, rows, cols),
                     kCycles) -
         1;
}

IdealGap ideal_gap(const HardwarePoint& point, const gemm::JobShape& job) {
  const gemm::JobShape shape = array_shape(point, job);
  const bool weight_stationary = point.dataflow == Dataflow::kWeightStationary;
  IdealGap gap;
  const bool is_grid = pe_formats(point.pe).is_grid;
  std::int64_t num_tiles = 0, feed = 0;
  for (const TileKind& tile : tile_kinds(point, shape)) {
    num_tiles += tile.count;
    const gemm::JobCycles cycles = tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols);
    feed = checked_add(feed, checked_mul(tile.count, cycles.compute, kCycles), kCycles);
    if (is_grid) continue;
    if (!weight_stationary) gap.drain += tile.count * tile.rows;
    gap.unused -= tile.count * (point.rows - tile.rows + (weight_stationary ? 0 : point.cols - tile.cols));
  }
  gap.start = num_tiles;
  gap.registers = num_tiles * (weight_stationary ? 4 : 2);
  gap.last_cycle = 1;
  // Of the ideal tiles that these stand for, and of their steps.
  const std::int64_t steps = weight_stationary ? shape.m : shape.k;
  const std::int64_t tiles = ideal_tiles(point.dataflow, shape, point.rows, point.cols);
  const std::int64_t skew = ideal_tile_cycles(point.dataflow, shape, point.rows, point.cols) - steps;
  gap.words = feed - checked_mul(tiles, steps, kCycles) + checked_mul(num_tiles - tiles, skew, kCycles) +
              ideal_cycles(point.dataflow, shape, point.rows, point.cols) -
              ideal_cycles(point.dataflow, job, point.rows, point.cols);
  if (is_grid) add_overlap(point, job, checked_mul(num_tiles, skew, kCycles), gap);
  return gap;
}

}  // namespace ampa::timing
