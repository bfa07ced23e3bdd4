// How far a recommendation can be trusted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sweep/recommend.h"

namespace ampa::sweep {

// The pooled standard deviation of the final metric over the seeds of settings with two or more; none if there is no
// such.
std::optional<double> seed_noise(const std::vector<SettingSummary>& settings);

// One sentence for each reason to doubt: no baseline, few seeds, differences within the noise, trials that are missing.
std::vector<std::string> notes_on(const Recommendation& recommendation, const SweepSummary& summary,
                                  const std::vector<SettingSummary>& settings, const Constraints& constraints);

}  // namespace ampa::sweep
