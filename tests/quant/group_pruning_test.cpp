#include "quant/group_pruning.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "common/error.h"
#include "numerics/keep_probabilities.h"

namespace ampa::quant {
namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

const numerics::RandomStream kStream{5, 3, 0x40000001u};

}  // namespace

TEST_CASE("G1: probabilities are in proportion to the ranges and sum to N / k") {
  const std::vector<double> p = numerics::keep_probabilities({1, 2, 3, 4, 2, 4, 1, 3}, 4);
  CHECK(sum(p) == Approx(2).epsilon(1e-14));
  CHECK(p[3] == Approx(2 * 4.0 / 20).epsilon(1e-14));
  CHECK(p[0] == Approx(2 * 1.0 / 20).epsilon(1e-14));
}

TEST_CASE("G1: what is above 1 is 1, and the others share what is left") {
  // Budget 2 of 8: 100 takes one, then 1 of the remaining 7 that sum to 10.
  const std::vector<double> p = numerics::keep_probabilities({1, 2, 100, 1, 1, 2, 1, 2}, 4);
  CHECK(p[2] == 1);
  CHECK(p[1] == Approx(0.2).epsilon(1e-14));
  CHECK(sum(p) == Approx(2).epsilon(1e-14));
  // Two fill the budget: nothing is left, though ranges are.
  const std::vector<double> full = numerics::keep_probabilities({1e9f, 1e9f, 0, 0, 0, 0, 0, 0}, 4);
  CHECK(full[0] == 1);
  CHECK(full[1] == 1);
  CHECK(sum(full) == 2);
}

TEST_CASE("G1: groups without a range are never kept, and a budget below one is no certainty") {
  const std::vector<double> p = numerics::keep_probabilities({0, 3, 0x1p-101f, 1}, 8);
  CHECK(p[0] == 0);
  CHECK(p[2] == 0);
  CHECK(p[1] == Approx(0.5 * 0.75).epsilon(1e-14));
  CHECK(sum(numerics::keep_probabilities({0, 0, 0, 0}, 2)) == 0);
  // As many groups with a range as the budget: all are certain.
  CHECK(numerics::keep_probabilities({5, 0, 1e-3f, 0}, 2) == std::vector<double>{1, 0, 1, 0});
}

TEST_CASE("G2: draws follow the probabilities, and depend on nothing but seed, step, tensor and group") {
  const PruningRule& rule = pruning_rule("sampled", "pruning");
  const std::vector<float> ranges = {1, 2, 100, 1, 1, 2, 1, 2};
  std::vector<int> times(ranges.size(), 0);
  constexpr int kDraws = 20000;
  for (int step = 0; step < kDraws; ++step) {
    const numerics::RandomStream stream{5, static_cast<std::uint32_t>(step), 0x40000001u};
    std::int64_t last = -1;
    for (const KeptGroup& kept : rule.keep(ranges, 4, stream)) {
      REQUIRE(kept.group > last);
      last = kept.group;
      CHECK_FALSE(kept.probability_q32 > kCertain);
      ++times[static_cast<std::size_t>(kept.group)];
    }
  }
  const std::vector<double> p = numerics::keep_probabilities(ranges, 4);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    CHECK(std::abs(times[i] - p[i] * kDraws) <= 5 * std::sqrt(kDraws * p[i] * (1 - p[i])));
  const std::vector<KeptGroup> once = rule.keep(ranges, 4, kStream), again = rule.keep(ranges, 4, kStream);
  REQUIRE(once.size() == again.size());
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(once[i].group == again[i].group);
}

TEST_CASE("G4: top keeps the largest ranges, at least one, of equal ones the smaller numbers") {
  const PruningRule& rule = pruning_rule("top", "pruning");
  const auto groups = [&](const std::vector<float>& ranges, std::int64_t keep_one_in) {
    std::vector<std::int64_t> found;
    for (const KeptGroup& kept : rule.keep(ranges, keep_one_in, kStream)) {
      CHECK(kept.probability_q32 == kCertain);
      found.push_back(kept.group);
    }
    return found;
  };
  CHECK(groups({1, 4, 2, 4, 4, 0, 0, 3}, 4) == std::vector<std::int64_t>{1, 3});
  CHECK(groups({1, 4, 2, 4, 4, 0, 0}, 4) == std::vector<std::int64_t>{1});
  CHECK(groups({1, 2}, 8) == std::vector<std::int64_t>{1});
  CHECK(groups({0, 0, 0, 1}, 2) == std::vector<std::int64_t>{3});
  CHECK(groups({0, 0}, 2).empty());
  CHECK_THROWS_WITH(pruning_rule("none", "pruning"), "pruning: expected one of sampled, top, found \"none\"");
}

}  // namespace ampa::quant
