#include "gemm/cpu_backend.h"

#include "gemm/cpu_paths.h"

namespace ampa::gemm {

std::optional<JobCycles> CpuBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  reshape(out, job.shape());  // every path writes all sums
  if (cpu::can_run_direct(job))
    cpu::run_direct(job, *threads_, out.narrow.data(), nullptr);
  else if (cpu::can_run_correlation(job))
    cpu::run_correlation(job, out, *threads_);
  else if (cpu::can_run_outer(job))
    cpu::run_outer(job, out, *threads_);
  else
    cpu::run_generic(job, out, *threads_);
  return std::nullopt;
}

bool CpuBackend::run_by_rows(const GemmJob& job, const RowSums& take) {
  check(job);
  if (!cpu::can_run_direct(job)) return false;
  cpu::run_direct(job, *threads_, nullptr, take);
  return true;
}

}  // namespace ampa::gemm
