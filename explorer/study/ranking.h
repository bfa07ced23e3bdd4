// Settings in the order in which they are worth going on with.
#pragma once

#include <cstddef>
#include <vector>

#include "statistics/hypervolume.h"
#include "study/history.h"

namespace ampa::study {

// The objectives' means, turned so that the larger is the better.
statistics::Point turned(const StudySpec& spec, const Metric& metric, const std::vector<double>& mean);

// By domination rank; of one rank by what a point alone adds to the rank's hypervolume, the more the earlier; of equals
// in the order given. The volume is above a point that lies a tenth of the range below the worst in each objective.
// Ranks that begin behind the first `count` are left in the order given.
std::vector<std::size_t> best_first(const std::vector<statistics::Point>& points, std::size_t count);

// That point below the worst. Not empty.
statistics::Point reference_below(const std::vector<statistics::Point>& points);

}  // namespace ampa::study
