// What a sweep's trials come to, before the first of them runs.
#pragma once

#include <vector>

#include "sweep/summary.h"
#include "sweep/tasks.h"

namespace ampa::sweep {

// The distinct runs of a sweep in its order, pending, each with its range and with the labels of all settings that come
// to it. Throws InputError naming the sweep's file and the setting for what no worker could run: a network or data set
// that cannot be loaded, a batch of more images than there are.
std::vector<TrialSummary> plan_trials(const config::SweepSpec& spec);

struct Plan {
  std::vector<TrialSummary> trials;
  std::vector<std::size_t> run_of;  // of each of the sweep's trials, the index of its run in `trials`
};

// The same, with tasks that are loaded already, and where each of the sweep's trials went.
Plan plan_trials(const config::SweepSpec& spec, Tasks& tasks);

}  // namespace ampa::sweep
