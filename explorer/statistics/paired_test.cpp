#include "statistics/paired_test.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "statistics/mean_interval.h"

namespace ampa::statistics {

PairedTest test_loss(const std::vector<double>& losses, double limit) {
  const MeanInterval of = mean_interval(losses);
  PairedTest test;
  test.count = of.count;
  test.mean = of.mean;
  test.std_dev = of.std_dev;
  if (!test.std_dev) return test;
  const auto n = static_cast<double>(losses.size());
  const double error = *test.std_dev / std::sqrt(n);
  const boost::math::students_t distribution(n - 1);
  test.at_most = test.mean + boost::math::quantile(distribution, 0.95) * error;
  if (error > 0)
    test.p = boost::math::cdf(distribution, (test.mean - limit) / error);
  else
    test.p = test.mean <= limit ? 0.0 : 1.0;
  return test;
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return p[x] < p[y]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, p[order[i]] * static_cast<double>(order.size() - i));
    adjusted[order[i]] = std::min(1.0, largest);
  }
  return adjusted;
}

void correct_for_many(const std::vector<std::optional<double>*>& p) {
  std::vector<double> given;
  for (const std::optional<double>* one : p)
    if (*one) given.push_back(**one);
  const std::vector<double> corrected = holm(given);
  auto next = corrected.begin();
  for (std::optional<double>* one : p)
    if (*one) *one = *next++;
}

std::optional<std::int64_t> seeds_needed(double mean, double std_dev, double limit) {
  constexpr double kOneSided5 = 1.645, kPower80 = 0.842;
  if (!(mean < limit)) return std::nullopt;
  const double root = (kOneSided5 + kPower80) * std_dev / (limit - mean);
  if (!(root < 1e9)) return std::nullopt;
  return std::max<std::int64_t>(2, static_cast<std::int64_t>(std::ceil(root * root)));
}

}  // namespace ampa::statistics
