#include "paper/differences.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "statistics/mean_interval.h"

namespace ampa::paper {

std::optional<double> half_width(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const statistics::MeanInterval of = statistics::mean_interval(values);
  return of.interval->high - of.mean;
}

std::optional<double> one_sided_p(const std::vector<double>& differences) {
  if (differences.size() < 2) return std::nullopt;
  const statistics::MeanInterval of = statistics::mean_interval(differences);
  const auto n = static_cast<double>(of.count);
  const double error = *of.std_dev / std::sqrt(n);
  if (!(error > 0)) return of.mean > 0 ? 0.0 : of.mean < 0 ? 1.0 : 0.5;
  return boost::math::cdf(boost::math::complement(boost::math::students_t(n - 1), of.mean / error));
}

}  // namespace ampa::paper
