// Runs the jobs of a recorded step on a simulated array, to see that the closed form counts what the array counts.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gemm/backend.h"
#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

struct ArrayRunOptions {
  std::int64_t epoch = 0;     // whose widths the jobs have; an index into the record's epochs
  std::int64_t max_jobs = 0;  // the first so many distinct jobs only; 0: all
  std::uint64_t seed = 1;     // of the operands
  std::string source;         // names the record in messages
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
};

// Jobs of equal shape and formats are run once.
struct ArrayRun {
  std::int64_t epoch = 0;
  std::int64_t num_step_jobs = 0;      // of the step
  std::int64_t num_distinct_jobs = 0;  // of the step
  std::int64_t num_jobs = 0;           // that were run
  std::int64_t num_macs = 0;           // that were run
  gemm::JobCycles cycles;              // that the array counted
};

// Runs the jobs with uniformly random codes of their formats. Throws MismatchError naming the job if its cycles differ
// from timing::job_cycles or its sums from `expected`'s, RunError if `array` counts no cycles,
// InputError naming the job if a matrix of it has more than 2^31 elements.
ArrayRun run_on_array(const record::RunRecord& record, const timing::HardwarePoint& point, gemm::Backend& array,
                      gemm::Backend& expected, const ArrayRunOptions& options);

Json to_json(const ArrayRun& run);

}  // namespace ampa::cost
