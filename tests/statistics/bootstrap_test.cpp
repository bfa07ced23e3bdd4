#include "statistics/bootstrap.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <random>

namespace ampa::statistics {

TEST_CASE("bootstrap: the interval of a mean is about 1.96 standard errors to each side") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> values(400);
  for (double& value : values) value = normal(random);
  const auto mean = [&](const std::vector<std::size_t>& sample) {
    double sum = 0;
    for (const std::size_t i : sample) sum += values[i];
    return sum / static_cast<double>(sample.size());
  };
  const double middle = std::accumulate(values.begin(), values.end(), 0.0) / 400;
  const Interval interval = bootstrap(400, mean);
  CHECK(interval.low == Approx(middle - 1.96 / 20).margin(0.012));
  CHECK(interval.high == Approx(middle + 1.96 / 20).margin(0.012));
  CHECK(bootstrap(400, mean).low == interval.low);
  CHECK(bootstrap(400, mean, 2).low != interval.low);
}

TEST_CASE("Kendall's tau") {
  CHECK(kendall_tau({1, 2, 3, 4}, {10, 20, 30, 40}) == Approx(1));
  CHECK(kendall_tau({1, 2, 3, 4}, {4, 3, 2, 1}) == Approx(-1));
  CHECK(kendall_tau({1, 2, 3, 4}, {1, 3, 2, 4}) == Approx(4.0 / 6));
  CHECK(kendall_tau({1, 1, 1}, {1, 2, 3}) == 0);
  CHECK(kendall_tau({1, 1, 2}, {1, 2, 3}) == Approx(2 / std::sqrt(2.0 * 3.0)));
}

}  // namespace ampa::statistics
