// Intervals of figures that no formula gives one for: by drawing the same runs again.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace ampa::statistics {

struct Interval {
  double low = 0, high = 0;
};

// The 2.5 and 97.5 % quantiles of figure(sample) over `rounds` samples of `count` indices 0 .. count - 1, drawn with
// replacement: the same samples for the same seed on every machine. count >= 1, rounds >= 1.
Interval bootstrap(std::size_t count, const std::function<double(const std::vector<std::size_t>& sample)>& figure,
                   std::uint64_t seed = 1, int rounds = 1000);

// Kendall's tau-b of two rankings of the same things: 1 if they agree, -1 if each is the other's reverse; 0 where one
// has all things equal.
double kendall_tau(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace ampa::statistics
