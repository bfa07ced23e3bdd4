// From the integer sums of a job with a batch, or with scales in groups, to FP32.
#pragma once

#include <cstdint>
#include <vector>

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "quant/scale_groups.h"

namespace ampa::quant {

// All that turns the sums of a job into values, by rules Z1, Z2 and Z4 of NUMERICS.md: of every GEMM
//   value[m][n] = fl32(fl32(C[m][n] - zb[n] * sum_a[m] - za[m] * (sum_b[n] - K * zb[n])) * fl32(sa[m] * sb[n])).
class JobScales {
 public:
  // Throws InputError as row_scales() does.
  JobScales(const gemm::GemmJob& job, const ScaleGroups& a, const ScaleGroups& b);

  // GEMM (i, c) of image window i and channel window c of C, its row m and column n, becomes
  //   out[((i * M + m) * C + c) * N + n]:
  // the groups of a convolution, or the heads of an image, stand side by side. With `add` it is added to what is there.
  void dequantize_side_by_side(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const;

  // out[(b * M + m) * N + n], as the sums lie.
  void dequantize(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const;

  // The mean of the values' magnitudes by rule M5.
  double mean_magnitude(const gemm::Accumulators& sums) const;

 private:
  std::int64_t corrected(const gemm::Accumulators& sums, std::int64_t gemm, std::int64_t m, std::int64_t n) const;
  float scale(std::int64_t gemm, std::int64_t m, std::int64_t n) const;
  bool has_simple_columns(const gemm::Accumulators& sums) const;
  bool has_one_b_a_gemm(const gemm::Accumulators& sums) const;
  void dequantize_rows(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const;
  void dequantize_corrected_rows(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const;
  void dequantize_gathered(const gemm::Accumulators& sums, bool add, ThreadPool& threads, float* out) const;
  void dequantize_values(const gemm::Accumulators& sums, std::int64_t channel_windows, bool add, ThreadPool& threads,
                         float* out) const;

  gemm::JobShape shape_;
  std::int64_t channel_windows_ = 1;
  RowScales a_, b_;
  std::vector<std::int64_t> sum_a_, sum_b_;  // of every GEMM; empty where no zero point asks for them
};

}  // namespace ampa::quant
