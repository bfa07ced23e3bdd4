// What differences between pairs of runs say, and the spread of a figure over seeds.
#pragma once

#include <optional>
#include <vector>

namespace ampa::paper {

// The half width of the 95 % interval of the mean, t(.975, n - 1) s / sqrt(n), of values taken as normal about it. None
// for fewer than two.
std::optional<double> half_width(const std::vector<double>& values);

// The one-sided paired t-test: the probability of a mean as large as that of `differences` if the true one were 0,
// P(T >= mean sqrt(n) / s). Without any spread 0, 0.5 or 1 by the sign of the mean. None for fewer than two.
std::optional<double> one_sided_p(const std::vector<double>& differences);

}  // namespace ampa::paper
