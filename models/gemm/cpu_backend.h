// The trainer's backend: the reference's integers, as fast as this processor gives them.
#pragma once

#include "common/thread_pool.h"
#include "gemm/backend.h"

namespace ampa::gemm {

// Uses the instruction set of kernels::active(). `threads` must outlive the backend.
class CpuBackend : public Backend {
 public:
  explicit CpuBackend(ThreadPool& threads) : threads_(&threads) {}
  std::string_view name() const override { return "cpu"; }
  std::optional<JobCycles> run(const GemmJob& job, Accumulators& out) override;
  bool run_by_rows(const GemmJob& job, const RowSums& take) override;

 private:
  ThreadPool* threads_;
};

}  // namespace ampa::gemm
