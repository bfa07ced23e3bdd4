#include "gemm/cpu_binary.h"

namespace ampa::gemm::cpu {

bool can_run_binary(const GemmJob& job) {
  return job.b.format().is_two_level() && !job.shape().parts().is_split() && (!job.a.transposed || job.b.transposed);
}

void run_binary(const GemmJob& job, ThreadPool& threads, std::int32_t* out) {
  if (job.a.transposed)
    run_binary_positions(job, threads, out);
  else
    run_binary_patches(job, threads, out);
}

std::uint32_t column_term(CodeFormat a, std::int64_t ones, std::int64_t depth) {
  return static_cast<std::uint32_t>(plane_constant(a) * (2 * ones - depth));
}

std::vector<std::uint32_t> column_terms(const GemmJob& job, const BitBlocks& columns) {
  std::vector<std::uint32_t> terms;
  for (const std::int64_t ones : columns.ones) terms.push_back(column_term(job.a.format(), ones, job.k()));
  return terms;
}

void finish_row(const std::int32_t* counts, std::uint32_t of_row, const std::uint32_t* of_columns, std::int64_t n,
                std::int32_t* out) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(counts[i]) - of_row + of_columns[i]);
}

}  // namespace ampa::gemm::cpu
