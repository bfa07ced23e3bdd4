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

}  // namespace ampa::gemm::cpu
