#include "statistics/blocked_anova.h"

#include <catch2/catch.hpp>
#include <random>

namespace ampa::statistics {

TEST_CASE("blocked ANOVA: a textbook table") {
  // Four treatments in three blocks: sums of squares 65.6667 of 3 degrees of freedom and 6.8333 of 6.
  const auto anova = blocked_anova({{8, 5, 7}, {9, 10, 11}, {13, 12, 14}, {9, 6, 10}});
  REQUIRE(anova.has_value());
  CHECK(anova->f == Approx(19.219512));
  CHECK(anova->residual_std_dev == Approx(1.067187));
  CHECK(anova->p == Approx(0.001766).epsilon(0.001));
  CHECK_FALSE(anova->is_noise());
}

TEST_CASE("blocked ANOVA: what seeds do to all settings alike is no noise") {
  const std::vector<std::vector<double>> plain = {{1, 2, 1}, {2, 2.5, 2}, {3, 4, 3.2}};
  std::vector<std::vector<double>> shifted = plain;
  for (std::vector<double>& row : shifted) row[1] += 100;
  CHECK(blocked_anova(shifted)->f == Approx(blocked_anova(plain)->f));
}

TEST_CASE("blocked ANOVA: 5 % of tables of noise are called more than noise") {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  int num_called = 0;
  for (int table = 0; table < 2000; ++table) {
    std::vector<std::vector<double>> values(6, std::vector<double>(3));
    for (auto& row : values)
      for (double& value : row) value = normal(random);
    num_called += blocked_anova(values)->is_noise() ? 0 : 1;
  }
  CHECK(num_called > 60);
  CHECK(num_called < 140);
}

TEST_CASE("blocked ANOVA: tables that say nothing") {
  CHECK_FALSE(blocked_anova({{1, 2}}).has_value());
  CHECK_FALSE(blocked_anova({{1}, {2}}).has_value());
  CHECK_FALSE(blocked_anova({{1, 2}, {1}}).has_value());
  CHECK(blocked_anova({{1, 2}, {1, 2}})->is_noise());
  CHECK_FALSE(blocked_anova({{1, 2}, {3, 4}})->is_noise());
}

TEST_CASE("share explained: all of it, none of it, and in between") {
  const std::vector<std::vector<double>> table = {{1}, {1}, {3}, {3}};
  CHECK(share_explained(table, {0, 0, 1, 1}) == Approx(1));
  CHECK(share_explained(table, {0, 1, 0, 1}) == Approx(0));
  CHECK(share_explained({{1}, {2}, {3}, {4}}, {0, 0, 1, 1}) == Approx(0.8));
}

}  // namespace ampa::statistics
