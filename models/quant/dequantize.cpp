#include "quant/dequantize.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "common/ceil_div.h"
#include "kernels/kernels.h"
#include "numerics/corrected_sum.h"

namespace ampa::quant {
namespace {

constexpr std::int64_t kRowsPerPart = 1024;

std::int64_t corrected(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction, std::int64_t row,
                       std::int64_t col) {
  return numerics::corrected_sum(sums.at(row, col),
                                 correction.row.empty() ? 0 : correction.row[static_cast<std::size_t>(row)],
                                 correction.col.empty() ? 0 : correction.col[static_cast<std::size_t>(col)]);
}

}  // namespace

void dequantize(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction, float scale, bool add,
                ThreadPool& threads, float* out) {
  const std::int64_t cols = sums.cols;
  if (sums.is_wide()) {
    threads.for_each_part(sums.rows, [&](std::int64_t row) {
      for (std::int64_t col = 0; col < cols; ++col) {
        const float value = numerics::dequantize_sum(corrected(sums, correction, row, col), scale);
        out[row * cols + col] = add ? out[row * cols + col] + value : value;
      }
    });
    return;
  }
  const std::vector<std::int32_t> col = narrow_columns(correction);
  if (!correction.row.empty()) {
    // Modulo 2^32, as the columns alone: the difference fits 32 bits.
    threads.for_each_part(sums.rows, [&](std::int64_t row) {
      thread_local std::vector<std::int32_t> subtracted;
      const auto of_row = static_cast<std::uint32_t>(correction.row[static_cast<std::size_t>(row)]);
      subtracted.assign(static_cast<std::size_t>(cols), static_cast<std::int32_t>(of_row));
      for (std::size_t i = 0; i < col.size(); ++i)
        subtracted[i] = static_cast<std::int32_t>(of_row + static_cast<std::uint32_t>(col[i]));
      kernels::active().dequantize(sums.narrow.data() + row * cols, 1, cols, subtracted.data(), scale, add,
                                   out + row * cols);
    });
    return;
  }
  const std::int64_t num_parts = ceil_div(sums.rows, kRowsPerPart);
  threads.for_each_part(num_parts, [&](std::int64_t part) {
    const std::int64_t begin = part * kRowsPerPart;
    const std::int64_t rows = std::min(kRowsPerPart, sums.rows - begin);
    kernels::active().dequantize(sums.narrow.data() + begin * cols, rows, cols, col.empty() ? nullptr : col.data(),
                                 scale, add, out + begin * cols);
  });
}

std::vector<std::int32_t> narrow_columns(const gemm::ZeroPointCorrection& correction) {
  return {correction.col.begin(), correction.col.end()};
}

std::int64_t sum_abs(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction) {
  if (!sums.is_wide() && correction.row.empty()) {
    const std::vector<std::int32_t> col = narrow_columns(correction);
    return kernels::active().sum_abs(sums.narrow.data(), sums.rows, sums.cols, col.empty() ? nullptr : col.data());
  }
  std::int64_t total = 0;
  for (std::int64_t row = 0; row < sums.rows; ++row)
    for (std::int64_t col = 0; col < sums.cols; ++col) total += std::abs(corrected(sums, correction, row, col));
  return total;
}

}  // namespace ampa::quant
