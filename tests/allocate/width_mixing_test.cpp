// The widths that layers draw in a mixed stage.
#include "allocate/width_mixing.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"
#include "numerics/random_stream.h"

namespace ampa::allocate {
namespace {

using Catch::Contains;

const std::vector<Bits> kWidths = {8, 6, 4, 2};

// How often each width came of `count` draws of a layer in the last epoch of a stage, where every layer draws.
std::vector<int> drawn(const std::vector<std::int64_t>& tickets, int count) {
  std::vector<int> counts(tickets.size());
  for (int step = 0; step < count; ++step) ++counts[mixed_width({5, step, 3, 1, 4, 4}, tickets)];
  return counts;
}

}  // namespace

TEST_CASE("C1: the share of layers that draw grows to all over the stage, and the others have the width of the pass") {
  constexpr int kDraws = 4000;
  for (const std::int64_t done : {1, 2, 3, 4}) {
    int away = 0, by_rule = 0;
    for (int step = 0; step < kDraws; ++step) {
      const MixingPlace place{9, step, 7, 2, done, 4};
      // All tickets are those of width 0: another width than that of the pass, 2.
      away += mixed_width(place, {1, 0, 0, 0}) == 0;
      const numerics::RandomStream stream{9, static_cast<std::uint32_t>(step), 0x90000007u};
      by_rule += std::uint64_t{stream.bits32(4)} * 4 < static_cast<std::uint64_t>(done) << 32;
    }
    CHECK(away == by_rule);
    const double share = static_cast<double>(done) / 4;
    CHECK(std::abs(away - kDraws * share) <= 5 * std::sqrt(kDraws * share * (1 - share)));
  }
}

TEST_CASE("C2: the roulette has its shares, HASB's those of the widths where the trace is at least the mean") {
  CHECK(width_mixing("hasb").tickets(kWidths, true) == std::vector<std::int64_t>{8, 6, 4, 2});
  CHECK(width_mixing("hasb").tickets(kWidths, false) == std::vector<std::int64_t>{1, 1, 1, 1});
  CHECK(width_mixing("uniform").tickets(kWidths, true) == std::vector<std::int64_t>{1, 1, 1, 1});
  CHECK(width_mixing("none").tickets == nullptr);
  CHECK_THROWS_WITH(width_mixing("sandwich"), Contains("none, uniform, hasb"));
  CHECK(sensitive_layers({1, 3, 2, -2}) == std::vector<bool>{true, true, true, false});

  constexpr int kDraws = 20000;
  for (const bool is_sensitive : {true, false}) {
    const std::vector<std::int64_t> tickets = width_mixing("hasb").tickets(kWidths, is_sensitive);
    const std::vector<int> counts = drawn(tickets, kDraws);
    double chi_square = 0;
    for (std::size_t i = 0; i < kWidths.size(); ++i) {
      const double expected = kDraws * (is_sensitive ? kWidths[i] / 20.0 : 0.25);
      chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    CHECK(chi_square < 16.3);  // 3 degrees of freedom: above it once in a thousand
  }
  // By the rule, number for number.
  for (int step = 0; step < 200; ++step) {
    const numerics::RandomStream stream{5, static_cast<std::uint32_t>(step), 0x90000003u};
    const double q = stream.bits32(3) * 0x1p-32 * 20;
    const std::size_t expected = q < 8 ? 0 : q < 14 ? 1 : q < 18 ? 2 : 3;
    CHECK(mixed_width({5, step, 3, 1, 4, 4}, {8, 6, 4, 2}) == expected);
  }
}

}  // namespace ampa::allocate
