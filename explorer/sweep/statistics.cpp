#include "sweep/statistics.h"

#include <algorithm>
#include <cmath>

namespace ampa::sweep {

std::optional<Statistics> statistics_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  Statistics statistics;
  const auto count = static_cast<double>(values.size());
  statistics.count = static_cast<std::int64_t>(values.size());
  statistics.min = *std::min_element(values.begin(), values.end());
  statistics.max = *std::max_element(values.begin(), values.end());
  for (const double value : values) statistics.mean += value / count;
  if (values.size() < 2) return statistics;
  double squares = 0;
  for (const double value : values) squares += (value - statistics.mean) * (value - statistics.mean);
  statistics.std_dev = std::sqrt(squares / (count - 1));
  return statistics;
}

Json to_json(const std::optional<Statistics>& statistics) {
  if (!statistics) return nullptr;
  return {{"count", statistics->count},
          {"mean", statistics->mean},
          {"std", statistics->std_dev ? Json(*statistics->std_dev) : Json(nullptr)},
          {"min", statistics->min},
          {"max", statistics->max}};
}

}  // namespace ampa::sweep
