// By how much runs of a setting fall behind those of a reference, seed by seed.
#pragma once

#include <vector>

#include "study/study_trials.h"

namespace ampa::study {

// On the samples held out if there are any; of a run of a confirm stage on the test samples. The run is completed.
double metric_of(const sweep::TrialSummary& trial, bool is_confirmed);

// In the metric's unit; seeds that only one of them has are left out.
std::vector<double> paired_losses(const Metric& metric, const std::vector<const StudyTrial*>& own,
                                  const std::vector<const StudyTrial*>& others, bool is_confirmed);

}  // namespace ampa::study
