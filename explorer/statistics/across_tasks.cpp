#include "statistics/across_tasks.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace ampa::statistics {

AcrossTasks across_tasks(const std::vector<double>& losses, double limit) {
  AcrossTasks result;
  result.of_mean = mean_interval(losses);
  if (!result.of_mean.std_dev) return result;
  const auto n = static_cast<double>(losses.size());
  const double mean = result.of_mean.mean, of_another = *result.of_mean.std_dev * std::sqrt(1 + 1 / n);
  const boost::math::students_t distribution(n - 1);
  result.at_most = mean + boost::math::quantile(distribution, 0.95) * of_another;
  if (of_another > 0)
    result.above = boost::math::cdf(distribution, (mean - limit) / of_another);
  else
    result.above = mean <= limit ? 0.0 : 1.0;
  return result;
}

}  // namespace ampa::statistics
