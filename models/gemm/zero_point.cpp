#include "gemm/zero_point.h"

namespace ampa::gemm {
namespace {

// Sums over the depth, one per row. For a transposed operand the outer loop runs over positions, so that memory is read in
// order either way.
std::vector<std::int64_t> row_sums(const Operand& operand) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(operand.rows()), 0);
  const std::int64_t patch_size = operand.patch_size();
  for (std::int64_t patch = 0; patch < operand.num_patches(); ++patch)
    for (std::int64_t element = 0; element < patch_size; ++element) {
      const std::int64_t row = operand.transposed ? element : patch;
      sums[static_cast<std::size_t>(row)] += operand.code(row, operand.transposed ? patch : element);
    }
  return sums;
}

}  // namespace

ZeroPointCorrection zero_point_correction(const GemmJob& job) {
  ZeroPointCorrection correction;
  const std::int64_t za = job.a.zero_point(), zb = job.b.zero_point();
  if (zb != 0) {
    correction.row = row_sums(job.a);
    for (std::int64_t& value : correction.row) value *= zb;
  }
  if (za != 0) {
    correction.col = row_sums(job.b);
    for (std::int64_t& value : correction.col) value = za * (value - job.k() * zb);
  }
  return correction;
}

}  // namespace ampa::gemm
