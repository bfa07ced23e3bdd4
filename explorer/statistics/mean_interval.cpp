#include "statistics/mean_interval.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace ampa::statistics {

std::optional<double> mean_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

MeanInterval mean_interval(const std::vector<double>& values) {
  MeanInterval result;
  result.count = static_cast<std::int64_t>(values.size());
  const auto n = static_cast<double>(values.size());
  result.mean = mean_of(values).value();
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.std_dev = std::sqrt(squares / (n - 1));
  const boost::math::students_t distribution(n - 1);
  const double half = boost::math::quantile(distribution, 0.975) * *result.std_dev / std::sqrt(n);
  result.interval = Interval{result.mean - half, result.mean + half};
  return result;
}

}  // namespace ampa::statistics
