// Adds up the cycles of the jobs that a simulating backend runs.
#pragma once

#include "gemm/backend.h"

namespace ampa::commands {

class CycleCounter : public gemm::Backend {
 public:
  explicit CycleCounter(gemm::Backend& inner) : inner_(inner) {}  // must outlive it

  std::string_view name() const override { return inner_.name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    const std::optional<gemm::JobCycles> cycles = inner_.run(job, out);
    if (!cycles) return cycles;
    ++num_jobs_;
    total_ += *cycles;
    return cycles;
  }
  bool run_by_rows(const gemm::GemmJob& job, const gemm::RowSums& take) override {
    return inner_.run_by_rows(job, take);
  }

  std::int64_t num_jobs() const { return num_jobs_; }  // that counted cycles
  const gemm::JobCycles& total() const { return total_; }

 private:
  gemm::Backend& inner_;
  std::int64_t num_jobs_ = 0;
  gemm::JobCycles total_;
};

}  // namespace ampa::commands
