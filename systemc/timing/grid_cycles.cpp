#include "timing/grid_cycles.h"

#include <algorithm>

#include "common/ceil_div.h"
#include "common/checked.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr const char* kCycles = "cycles";

// Cycles that the last words of a tile of `feed` words wait for the rows of the tile before.
std::int64_t gap(std::int64_t rows_before, std::int64_t feed) {
  return std::max<std::int64_t>(0, rows_before - feed);
}

}  // namespace

std::int64_t grid_latency(const HardwarePoint& point) {
  const GridElement& grid = pe_formats(point.pe).grid;
  return grid.stages + 4 + 2 * (grid.rows_each - 1) + point.cols / grid.cols_each;
}

// As many rows as the buffers hold (rtl/grid/ampa_grid_drain.v), and the tile that is fed.
std::int64_t result_places(const HardwarePoint& point) {
  if (!pe_formats(point.pe).is_grid) return 1;
  std::int64_t rows = 1;
  while (rows < grid_latency(point) + point.rows) rows *= 2;
  return rows + 2;
}

gemm::JobCycles GridRun::add(std::int64_t feed, std::int64_t rows) {
  gemm::JobCycles cycles{feed - 1, 1};
  if (rows_ > 0) cycles = {feed, gap_};
  gap_ = gap(rows_, feed);
  rows_ = rows;
  return cycles;
}

gemm::JobCycles GridRun::finish() {
  if (rows_ == 0) return {};
  const gemm::JobCycles cycles{1, gap_ + latency_ + rows_ - 1};
  rows_ = gap_ = 0;
  return cycles;
}

gemm::JobCycles grid_job_cycles(const HardwarePoint& point, const gemm::JobShape& shape) {
  const ArrayParts parts = array_parts(point, shape);
  const std::int64_t row_tiles = ceil_div(shape.m, point.rows);
  const std::int64_t col_tiles = ceil_div(shape.n, usable_cols(point, shape.a, shape.b));
  const std::int64_t last_rows = shape.m - (row_tiles - 1) * point.rows;
  const auto feed_of = [&](std::int64_t depth) {
    return checked_mul(num_slices(point, shape.a, shape.b, depth), num_plane_pairs(point, shape.a, shape.b), kCycles);
  };
  // One pass over all tiles behind another: a tile waits for the one before, the first for the last of the pass before.
  const auto pass = [&](std::int64_t depth) {
    const std::int64_t feed = feed_of(depth);
    const std::int64_t waits = checked_add(checked_mul(row_tiles - 1, gap(point.rows, feed), kCycles),  //
                                           gap(last_rows, feed), kCycles);
    return gemm::JobCycles{checked_mul(checked_mul(row_tiles, col_tiles, kCycles), feed, kCycles),
                           checked_mul(waits, col_tiles, kCycles)};
  };
  gemm::JobCycles one = pass(parts[parts.count() - 1].depth);
  if (parts.count() > 1) one.add(pass(parts.max_depth), parts.count() - 1);
  gemm::JobCycles all;
  all.add(one, shape.batch);
  all.fill_drain = checked_add(all.fill_drain, grid_latency(point) + last_rows, kCycles);
  all.fill_drain -= gap(last_rows, feed_of(parts[0].depth));
  return all;
}

}  // namespace ampa::timing
