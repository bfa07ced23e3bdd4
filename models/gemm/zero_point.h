// From sums of raw codes to sums of (code - zero point).
#pragma once

#include <cstdint>
#include <vector>

#include "gemm/backend.h"

namespace ampa::gemm {

// What is to be subtracted from the raw sums: corrected[m][n] = raw[m][n] - row[m] - col[n], because
//   sum (a - za)(b - zb) = sum ab - zb * sum_k a[m][k] - za * sum_k b[n][k] + K * za * zb.
// row[m] = zb * sum_k a[m][k], col[n] = za * (sum_k b[n][k] - K * zb). A vector is empty where its zero point is 0;
// else it holds that of every GEMM of the batch, one behind the other.
struct ZeroPointCorrection {
  std::vector<std::int64_t> row;  // batch * M
  std::vector<std::int64_t> col;  // batch * N
};

ZeroPointCorrection zero_point_correction(const GemmJob& job);

// Of the raw codes of an operand over the depth, one sum per row of every GEMM.
std::vector<std::int64_t> row_sums(const Operand& operand);

}  // namespace ampa::gemm
