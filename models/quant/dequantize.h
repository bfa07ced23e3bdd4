// From the integer sums of a job to FP32.
#pragma once

#include <cstdint>
#include <vector>

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "gemm/zero_point.h"

namespace ampa::quant {

// out[m][n] = numerics::dequantize_sum(sums[m][n] - row[m] - col[n], scale): the difference is exact, its conversion to
// FP32 and the product are rounded once each. With `add` the result is added to what out holds.
void dequantize(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction, float scale, bool add,
                ThreadPool& threads, float* out);

// The column corrections of 32-bit sums: within the accumulator bound they fit 32 bits. Empty if there are none.
std::vector<std::int32_t> narrow_columns(const gemm::ZeroPointCorrection& correction);

// The sum of |sums[m][n] - row[m] - col[n]|.
std::int64_t sum_abs(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction);

}  // namespace ampa::quant
