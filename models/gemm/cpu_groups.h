// Narrow groups of a convolution side by side in one GEMM, with zeros where one would meet another: a vector of columns
// is then full, at the price of products with zeros.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
#include "gemm/backend.h"

namespace ampa::gemm::cpu {

// How many neighbouring groups of a job become one; 1: it stays as it is.
std::int64_t groups_to_merge(const GemmJob& job);

// The job of merged groups. Its right operand lies in `columns` if it has weights there, else in that of the job.
GemmJob merge_groups(const GemmJob& job, std::int64_t together, CodeTensor& columns);

// The job's sums, from those of the merged one.
void split_groups(const GemmJob& job, std::int64_t together, const Accumulators& merged, Accumulators& out,
                  ThreadPool& threads);

}  // namespace ampa::gemm::cpu
