#include "paper/differences.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace ampa::paper {
namespace {

struct Spread {
  double mean = 0, error = 0;  // of the mean
};

Spread spread_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

boost::math::students_t distribution(const std::vector<double>& values) {
  return boost::math::students_t(static_cast<double>(values.size() - 1));
}

}  // namespace

std::optional<double> half_width(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  return boost::math::quantile(distribution(values), 0.975) * spread_of(values).error;
}

std::optional<double> one_sided_p(const std::vector<double>& differences) {
  if (differences.size() < 2) return std::nullopt;
  const Spread spread = spread_of(differences);
  if (!(spread.error > 0)) return spread.mean > 0 ? 0.0 : spread.mean < 0 ? 1.0 : 0.5;
  return boost::math::cdf(boost::math::complement(distribution(differences), spread.mean / spread.error));
}

}  // namespace ampa::paper
