// The cycles of a job on a core with a memory, without simulating it.
#pragma once

#include <optional>

#include "gemm/backend.h"
#include "timing/job_plan.h"
#include "timing/memory_settings.h"

namespace ampa::timing {

struct CoreRun {
  gemm::JobCycles cycles;
  std::int64_t bytes_read = 0, bytes_written = 0;  // whole beats, the descriptor included
  friend bool operator==(const CoreRun& x, const CoreRun& y) {
    return x.cycles == y.cycles && x.bytes_read == y.bytes_read && x.bytes_written == y.bytes_written;
  }
};

// From the cycle in which the core is started to the last before it is done; TIMING.md states the rules. Equal to what
// the RTL counts. Steps that repeat what others did before them are not gone through one by one, so that time depends
// little on the size of the job. Throws OverflowError if cycles or bytes do not fit 63 bits.
CoreRun core_cycles(const JobPlan& plan, const MemorySettings& memory);

// The same, step by step: the definition.
CoreRun core_cycles_by_steps(const JobPlan& plan, const MemorySettings& memory);

// Nothing as soon as it is sure that the cycles exceed `most`. `array_cycles` are the cycles of all steps without
// stalls (BlockingCosts::step_cycles).
std::optional<CoreRun> core_cycles_within(const JobPlan& plan, const MemorySettings& memory, std::int64_t array_cycles,
                                          std::int64_t most);

}  // namespace ampa::timing
