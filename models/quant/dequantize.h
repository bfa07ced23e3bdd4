// From the integer sums of a job to FP32.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "gemm/zero_point.h"

namespace ampa::quant {

// out[m][n] = numerics::dequantize_sum(sums[m][n] - row[m] - col[n], scale): the difference is exact, its conversion to
// FP32 and the product are rounded once each.
void dequantize(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction, float scale,
                ThreadPool& threads, float* out);

// The sum of |sums[m][n] - row[m] - col[n]|.
std::int64_t sum_abs(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction);

}  // namespace ampa::quant
