#include <fmt/format.h>

#include "common/error.h"
#include "timing/fused_formats.h"
#include "timing/hardware_point.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

std::int64_t ceil_div(std::int64_t x, std::int64_t y) {
  return (x + y - 1) / y;
}

// One pass over all tiles: the sum of tile_cycles, in which the rows (columns) in use of a column (row) of tiles add up
// to M (N).
gemm::JobCycles pass_cycles(const HardwarePoint& point, const gemm::JobShape& shape, std::int64_t depth) {
  const std::int64_t row_tiles = ceil_div(shape.m, point.rows), col_tiles = ceil_div(shape.n, point.cols);
  const std::int64_t tiles = row_tiles * col_tiles;
  return {tiles * num_steps(point, shape.a, shape.b, depth), tiles + 2 * shape.m * col_tiles + shape.n * row_tiles};
}

}  // namespace

std::int64_t macs_per_cycle(const HardwarePoint&, CodeFormat a, CodeFormat b) {
  for (const CodeFormat format : {a, b})
    if (format.bits < kMinBits || format.bits > kMaxBits)
      throw InputError(fmt::format("format: expected {}..{} bits, found {}", kMinBits, kMaxBits, format.bits));
  return fused_macs(width_code(a.bits), width_code(b.bits));
}

std::int64_t num_steps(const HardwarePoint& point, CodeFormat a, CodeFormat b, std::int64_t depth) {
  return ceil_div(depth, macs_per_cycle(point, a, b));
}

gemm::JobCycles tile_cycles(std::int64_t steps, std::int64_t rows, std::int64_t cols) {
  return {steps, 1 + (rows + cols) + rows};
}

gemm::JobCycles job_cycles(const HardwarePoint& point, const gemm::JobShape& shape) {
  if (shape.m < 1 || shape.n < 1 || shape.k < 1)
    throw InputError(
        fmt::format("job: expected M, N and K of at least 1, found {} x {} x {}", shape.m, shape.n, shape.k));
  const std::int64_t part_depth = numerics::max_accumulator_depth(shape.a, shape.b);
  const std::int64_t whole_parts = numerics::num_accumulator_parts(shape.a, shape.b, shape.k) - 1;
  const gemm::JobCycles last = pass_cycles(point, shape, shape.k - whole_parts * part_depth);
  if (whole_parts == 0) return last;
  const gemm::JobCycles whole = pass_cycles(point, shape, part_depth);
  return {whole_parts * whole.compute + last.compute, whole_parts * whole.fill_drain + last.fill_drain};
}

}  // namespace ampa::timing
