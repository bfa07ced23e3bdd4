// Runs jobs of a recorded run on a simulated core, to see that the model counts what the core counts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gemm/backend.h"
#include "record/run_record.h"
#include "timing/core_cycles.h"

namespace ampa::cost {

struct CoreCheckOptions {
  std::vector<std::string> layers;         // whose jobs are drawn; empty: all
  std::int64_t first_epoch = 0;            // whose widths are drawn
  std::optional<std::int64_t> last_epoch;  // none: the last one of the record
  std::int64_t num_jobs = 1;               // drawn at random among the steps' jobs and the epochs
  std::uint64_t seed = 1;                  // of the draw and of the operands
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
  // Told of a job that differs, with the sums that it must have, before the error is thrown.
  std::function<void(const gemm::GemmJob& job, const gemm::Accumulators& expected)> on_difference;
};

struct CoreCheck {
  std::int64_t num_jobs = 0, num_macs = 0;
  gemm::JobCycles cycles;  // that the core counted
};

// Runs the jobs on `core` with random codes of their formats. Throws MismatchError naming the job if its cycles differ
// from timing::core_cycles in any of the four parts or its sums from `expected`'s; InputError as cost_on_core does.
CoreCheck check_on_core(const record::RunRecord& record, const timing::CoreConfig& config,
                        const timing::MemorySettings& memory, gemm::Backend& core, gemm::Backend& expected,
                        const CoreCheckOptions& options);

Json to_json(const CoreCheck& check);

}  // namespace ampa::cost
