#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/ceil_div.h"
#include "common/checked.h"
#include "common/error.h"
#include "timing/grid_cycles.h"
#include "timing/hardware_point.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr const char* kCycles = "cycles";

// One pass over all tiles: the sum of tile_cycles, in which the rows (columns) in use of a column (row) of tiles add up
// to M (N).
gemm::JobCycles output_stationary(const HardwarePoint& point, const gemm::JobShape& shape, std::int64_t depth) {
  const std::int64_t row_tiles = ceil_div(shape.m, point.rows), col_tiles = ceil_div(shape.n, point.cols);
  const std::int64_t tiles = checked_mul(row_tiles, col_tiles, kCycles);
  const std::int64_t steps =
      checked_mul(num_slices(point, shape.a, shape.b, depth), num_plane_pairs(point, shape.a, shape.b), kCycles);
  const std::int64_t rows = checked_mul(2, shape.m, col_tiles, kCycles);
  const std::int64_t cols = checked_mul(shape.n, row_tiles, kCycles);
  return {checked_mul(tiles, steps, kCycles), checked_add(tiles, checked_add(rows, cols, kCycles), kCycles)};
}

// Tiles are blocks of slices by blocks of outputs by pairs of planes; the slices in use of a column of them add up.
gemm::JobCycles weight_stationary(const HardwarePoint& point, const gemm::JobShape& shape, std::int64_t depth) {
  const std::int64_t slices = num_slices(point, shape.a, shape.b, depth);
  const std::int64_t blocks = ceil_div(slices, point.rows);
  const std::int64_t passes =
      checked_mul(ceil_div(shape.n, point.cols), num_plane_pairs(point, shape.a, shape.b), kCycles);
  const std::int64_t fill = checked_mul(blocks, 3 + point.rows + point.cols, kCycles);
  return {checked_mul(passes, blocks, shape.m, kCycles),
          checked_mul(passes, checked_add(fill, slices, kCycles), kCycles)};
}

gemm::JobCycles pass_cycles(const HardwarePoint& point, const gemm::JobShape& shape, std::int64_t depth) {
  switch (point.dataflow) {
    case Dataflow::kWeightStationary:
      return weight_stationary(point, shape, depth);
    case Dataflow::kOutputStationary:
      break;
  }
  return output_stationary(point, shape, depth);
}

std::string describe(CodeFormat format) {
  return format.is_two_level() ? "two-level" : fmt::format("{}-bit", format.bits);
}

}  // namespace

gemm::JobShape array_shape(const HardwarePoint& point, const gemm::JobShape& shape) {
  if (!is_transposed(point.pe, shape.a, shape.b)) return shape;
  gemm::JobShape turned = shape;
  std::swap(turned.m, turned.n);
  std::swap(turned.a, turned.b);
  return turned;
}

std::int64_t usable_cols(const HardwarePoint& point, CodeFormat a, CodeFormat b) {
  const bool is_half = pe_formats(point.pe).grid.cols_each == 2 && !has_column_pairs(point.pe, a, b);
  return is_half ? point.cols / 2 : point.cols;
}

ArrayParts array_parts(const HardwarePoint& point, const gemm::JobShape& shape) {
  const PeFormats& formats = pe_formats(point.pe);
  const std::int64_t depth = shape.parts().max_depth();
  if (formats.grid.max_steps == 0) return {shape.k, depth};
  return {shape.k, std::min<std::int64_t>(depth, formats.grid.max_steps * formats.macs(shape.a, shape.b))};
}

void check_formats(const HardwarePoint& point, CodeFormat a, CodeFormat b) {
  const PeFormats& formats = pe_formats(point.pe);
  for (const CodeFormat format : {a, b})
    if (!is_supported(point.pe, format))
      throw InputError(fmt::format("point {}: expected operands of {}..{} bits{}, found {}", point.name,
                                   formats.min_bits, kMaxBits, formats.has_two_level ? " or two levels" : "",
                                   describe(format)));
}

double macs_per_cycle(const HardwarePoint& point, CodeFormat a, CodeFormat b) {
  const auto pairs = static_cast<double>(num_plane_pairs(point, a, b));
  const double share = static_cast<double>(usable_cols(point, a, b)) / static_cast<double>(point.cols);
  return pe_formats(point.pe).macs(a, b) * share / pairs;
}

double utilisation(const HardwarePoint& point, CodeFormat a, CodeFormat b) {
  check_formats(point, a, b);
  return pe_formats(point.pe).utilisation(a, b);
}

std::int64_t num_slices(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t depth) {
  check_formats(point, a, b);
  return ceil_div(depth, pe_formats(point.pe).macs(a, b));
}

std::int64_t num_plane_pairs(const HardwarePoint& point, CodeFormat a, CodeFormat b) {
  check_formats(point, a, b);
  if (is_transposed(point.pe, a, b)) std::swap(a, b);
  return num_planes(point.pe, a, Side::kA) * num_planes(point.pe, b, Side::kB);
}

gemm::JobCycles tile_cycles(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t steps,
                            std::int64_t rows, std::int64_t cols) {
  if (point.dataflow == Dataflow::kWeightStationary) return {steps, 1 + rows + point.rows + point.cols + 2};
  const std::int64_t pairs = num_planes(point.pe, a, Side::kA) * num_planes(point.pe, b, Side::kB);
  if (pe_formats(point.pe).is_grid) return {steps * pairs, grid_latency(point) + rows};
  return {steps * pairs, 1 + rows + cols + rows};
}

gemm::JobCycles job_cycles(const HardwarePoint& point, const gemm::JobShape& job) {
  const gemm::JobShape shape = array_shape(point, job);
  if (shape.m < 1 || shape.n < 1 || shape.k < 1 || shape.batch < 1)
    throw InputError(fmt::format("job: expected M, N, K and a batch of at least 1, found {} x {} x {}, {}", job.m,
                                 job.n, job.k, job.batch));
  check_formats(point, shape.a, shape.b);
  if (pe_formats(point.pe).is_grid) return grid_job_cycles(point, shape);
  const ArrayParts parts = array_parts(point, shape);
  const std::int64_t whole_parts = parts.count() - 1;
  gemm::JobCycles one = pass_cycles(point, shape, parts[whole_parts].depth);
  if (whole_parts > 0) one.add(pass_cycles(point, shape, parts.max_depth), whole_parts);
  if (shape.batch == 1) return one;
  gemm::JobCycles all;
  all.add(one, shape.batch);
  return all;
}

}  // namespace ampa::timing
