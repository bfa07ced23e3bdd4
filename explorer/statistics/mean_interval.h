// A mean with its 95 % interval.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "statistics/bootstrap.h"

namespace ampa::statistics {

// Values are taken as normal about their mean.
struct MeanInterval {
  std::int64_t count = 0;
  double mean = 0;
  std::optional<double> std_dev;     // of the sample (n - 1); none of a single value, as the interval
  std::optional<Interval> interval;  // mean +- t(.975, n - 1) s / sqrt(n)
};

MeanInterval mean_interval(const std::vector<double>& values);  // not empty

std::optional<double> mean_of(const std::vector<double>& values);  // of no values none

}  // namespace ampa::statistics
