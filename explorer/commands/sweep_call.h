// A sweep as the commands run it: workers, threads and instruction set as typed, progress and notices on stderr.
#pragma once

#include "commands/call.h"
#include "sweep/run_sweep.h"

namespace ampa::commands {

// In the folder of the flag out, with the flags workers, threads and isa.
sweep::SweepOutcome run_sweep_as_called(const config::SweepSpec& spec, const Call& call);

// Throws RunError if the sweep was interrupted or a trial failed.
void check_outcome(const sweep::SweepOutcome& outcome);

}  // namespace ampa::commands
