// The cycles of a job on a core with a memory, without simulating it.
#pragma once

#include "gemm/backend.h"
#include "platform/job_plan.h"
#include "platform/memory_settings.h"

namespace ampa::platform {

struct CoreRun {
  gemm::JobCycles cycles;
  std::int64_t bytes_read = 0, bytes_written = 0;  // whole beats, the descriptor included
  friend bool operator==(const CoreRun& x, const CoreRun& y) {
    return x.cycles == y.cycles && x.bytes_read == y.bytes_read && x.bytes_written == y.bytes_written;
  }
};

// From the cycle in which the core is started to the last before it is done; TIMING.md states the rules. Equal to what
// the RTL counts. Time grows with the number of slabs, not with their size.
CoreRun core_cycles(const JobPlan& plan, const MemorySettings& memory);

}  // namespace ampa::platform
