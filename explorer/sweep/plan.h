// What a sweep's trials come to, before the first of them runs.
#pragma once

#include <vector>

#include "sweep/summary.h"

namespace ampa::sweep {

// The distinct runs of a sweep in its order, pending, each with its range and with the labels of all settings that come
// to it. Throws InputError naming the sweep's file and the setting for what no worker could run: a network or data set
// that cannot be loaded, a batch of more images than there are.
std::vector<TrialSummary> plan_trials(const config::SweepSpec& spec);

}  // namespace ampa::sweep
