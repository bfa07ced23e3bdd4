// Settings as numbers, for models of them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sweep/summary.h"

namespace ampa::study {

// Of the first `count` trials, by the keys in which they differ: a number as its place between the smallest and the
// largest, 0 to 1, by its logarithm where all are above 0 and the largest is more than 20 times the smallest; anything
// else as one number, 0 or 1, for each value. Then both ends of the range of RR that is known before a run, if all have
// one: what a run saves follows from that more closely than from its settings.
std::vector<std::vector<double>> features_of(const std::vector<sweep::TrialSummary>& trials, std::size_t count,
                                             const std::set<std::string>& keys);

}  // namespace ampa::study
