#include "statistics/paired_test.h"

#include <catch2/catch.hpp>

namespace ampa::statistics {

TEST_CASE("paired test: bound and p of a one-sided t, against printed tables") {
  // n = 5, mean 0.2, s = 0.5: t(.95, 4) = 2.132, so the bound is 0.2 + 2.132 * 0.5 / sqrt(5).
  const std::vector<double> losses = {0.2 - 0.5, 0.2 + 0.5, 0.2 - 0.5, 0.2 + 0.5, 0.2};
  const PairedTest test = test_loss(losses, 1.0);
  CHECK(test.count == 5);
  CHECK(test.mean == Approx(0.2));
  CHECK(test.std_dev.value() == Approx(0.5));
  CHECK(test.at_most.value() == Approx(0.2 + 2.1318 * 0.5 / 2.23607).epsilon(1e-4));
  // t = -0.8 / (0.5 / sqrt 5) = -3.5777 with 4 degrees of freedom
  CHECK(test.p.value() == Approx(0.0116).epsilon(0.01));
}

TEST_CASE("paired test: just at the bound p is 5 %") {
  const std::vector<double> losses = {0.1, 0.9, 0.4, 0.6};
  const PairedTest test = test_loss(losses, test_loss(losses, 0).at_most.value());
  CHECK(test.p.value() == Approx(0.05));
}

TEST_CASE("paired test: one seed tests nothing, and no spread is certainty") {
  CHECK_FALSE(test_loss({0.1}, 1).p.has_value());
  CHECK(test_loss({0.5, 0.5, 0.5}, 1).p == 0.0);
  CHECK(test_loss({1.5, 1.5, 1.5}, 1).p == 1.0);
}

TEST_CASE("Holm: p values grow by how many are left, and never fall below a smaller one's") {
  const std::vector<double> adjusted = holm({0.01, 0.04, 0.03, 0.005});
  CHECK(adjusted[0] == Approx(0.03));
  CHECK(adjusted[1] == Approx(0.06));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[3] == Approx(0.02));
  CHECK(holm({0.9, 0.8}) == std::vector<double>{1.0, 1.0});
  CHECK(holm({}).empty());
}

TEST_CASE("seeds needed: a spread of 1.5 asks for 18 seeds to see 0.9 below 1.78") {
  CHECK(seeds_needed(0.9, 1.5, 1.78) == 18);
  CHECK(seeds_needed(0.0, 0.1, 1.0) == 2);
  CHECK_FALSE(seeds_needed(1.0, 1.5, 1.0).has_value());
}

}  // namespace ampa::statistics
