// Mean and spread of a figure over the seeds of a setting.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/json_reader.h"

namespace ampa::sweep {

struct Statistics {
  std::int64_t count = 0;
  double mean = 0, min = 0, max = 0;
  std::optional<double> std_dev;  // of the sample (n - 1); none for a single value
};

std::optional<Statistics> statistics_of(const std::vector<double>& values);  // none for no values

// {"count", "mean", "std", "min", "max"}, or null.
Json to_json(const std::optional<Statistics>& statistics);

}  // namespace ampa::sweep
