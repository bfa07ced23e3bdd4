#include "gemm/cpu_backend.h"

#include "gemm/cpu_paths.h"

namespace ampa::gemm {
namespace {

// As reset() does, but leaves old sums in place: every path writes all of them.
void reshape(Accumulators& out, const JobShape& shape) {
  const bool wide = numerics::num_accumulator_parts(shape.a, shape.b, shape.k) > 1;
  const auto size = static_cast<std::size_t>(shape.m * shape.n);
  out.rows = shape.m;
  out.cols = shape.n;
  out.narrow.resize(wide ? 0 : size);
  out.wide.resize(wide ? size : 0);
}

}  // namespace

std::optional<JobCycles> CpuBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  reshape(out, job.shape());
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
