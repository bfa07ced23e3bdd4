// Runs directed, exhaustive, covering, random and recorded jobs on a point's RTL and compares integers, cycles and
// stalls with the reference, the closed form and what was injected.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "timing/hardware_point.h"
#include "verify/coverage.h"
#include "verify/device.h"
#include "verify/failure.h"

namespace ampa::verify {

// A training step that was recorded: job `index` of `count`, with the sums that the trainer used.
struct RecordedJobs {
  std::string name;
  std::int64_t count = 0;
  std::function<GeneratedJobPtr(std::int64_t index)> load;
};

struct VerifyOptions {
  std::int64_t num_random = 1000;   // random scenarios
  std::int64_t min_large_macs = 0;  // large random jobs are run until they have so many multiply-accumulates
  bool directed = true, exhaustive = true, covering = true;
  std::uint64_t seed = 1;
  std::vector<RecordedJobs> recorded;
  std::function<void(const std::string& stage, std::int64_t done, std::int64_t total)> on_progress;
};

// What was run; names of the stages in the order in which they ran.
struct StageReport {
  std::string name;
  std::int64_t num_scenarios = 0, num_jobs = 0, num_macs = 0, num_cycles = 0, num_stalls = 0;
};

struct VerifyReport {
  std::string point;
  std::vector<StageReport> stages;
  std::int64_t num_code_pairs = 0;      // distinct pairs of codes and formats, each multiplied alone
  std::int64_t num_reference_macs = 0;  // that the plain reference computed too
  std::int64_t num_overflow_tiles = 0;  // driven beyond the bound of K, to see the flag set
  Coverage coverage;
  std::optional<Failure> failure;
  // What was wrong with a tile beyond the bound, or with a start that is to be refused; empty if nothing.
  std::string overflow_failure;

  bool equal() const { return !failure && overflow_failure.empty(); }
  StageReport total() const;
};

// Stops at the first failure, which is then shrunk. Throws InputError if the point has no RTL model.
VerifyReport verify(const timing::HardwarePoint& point, const VerifyOptions& options);

// The same of any device that claims to be the point, without the tiles that need the array itself.
VerifyReport verify_device(const timing::HardwarePoint& point, const VerifyOptions& options, const MakeDevice& device);

}  // namespace ampa::verify
