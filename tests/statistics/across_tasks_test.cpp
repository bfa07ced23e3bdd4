#include "statistics/across_tasks.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace ampa::statistics {

TEST_CASE("across tasks: mean, interval of the mean, and a bound for one more task") {
  // Mean 0.5, s = 0.2; t(.975, 2) = 4.302653, t(.95, 2) = 2.919986.
  const AcrossTasks tasks = across_tasks({0.5, 0.7, 0.3}, 1);
  CHECK(tasks.of_mean.count == 3);
  CHECK(tasks.of_mean.mean == Approx(0.5));
  CHECK(*tasks.of_mean.std_dev == Approx(0.2));
  CHECK(tasks.of_mean.interval->low == Approx(0.5 - 4.302653 * 0.2 / std::sqrt(3)));
  CHECK(tasks.of_mean.interval->high == Approx(0.5 + 4.302653 * 0.2 / std::sqrt(3)));
  CHECK(*tasks.at_most == Approx(0.5 + 2.919986 * 0.2 * std::sqrt(4.0 / 3)));
}

TEST_CASE("across tasks: the limit that is exceeded with 5 % is the 95 % bound, at the mean it is one half") {
  const double bound = *across_tasks({0.5, 0.7, 0.3}, 0).at_most;
  CHECK(*across_tasks({0.5, 0.7, 0.3}, bound).above == Approx(0.05));
  CHECK(*across_tasks({0.5, 0.7, 0.3}, 0.5).above == Approx(0.5));
}

TEST_CASE("across tasks: one task says nothing of another; tasks without any spread are certain") {
  const AcrossTasks one = across_tasks({0.5}, 1);
  CHECK(one.of_mean.mean == 0.5);
  CHECK_FALSE(one.of_mean.std_dev.has_value());
  CHECK_FALSE(one.of_mean.interval.has_value());
  CHECK_FALSE(one.at_most.has_value());
  CHECK_FALSE(one.above.has_value());
  CHECK(*across_tasks({0.5, 0.5}, 1).above == 0);
  CHECK(*across_tasks({0.5, 0.5}, 0.4).above == 1);
}

}  // namespace ampa::statistics
