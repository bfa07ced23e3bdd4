// What a job's sums must be: by the fast backend, which the plain reference watches.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"

namespace ampa::verify {

class ExpectedSums {
 public:
  ExpectedSums() : threads_(1), cpu_(threads_) {}

  // Jobs of few products, and one in 64 of the others up to a limit, are computed by the reference too. Throws
  // MismatchError if the two backends differ, or if the sums that were recorded with the job differ.
  gemm::Accumulators of(const gemm::GemmJob& job, const gemm::Accumulators* recorded = nullptr);

  std::int64_t num_reference_macs() const { return num_reference_macs_; }

 private:
  ThreadPool threads_;
  gemm::CpuBackend cpu_;
  gemm::ReferenceBackend reference_;
  std::int64_t num_jobs_ = 0, num_reference_macs_ = 0;
};

}  // namespace ampa::verify
