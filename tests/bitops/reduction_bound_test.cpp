#include "bitops/reduction_bound.h"

#include <catch2/catch.hpp>
#include <random>

#include "bitops/bitops.h"

namespace ampa::bitops {

TEST_CASE("reduction bound: 100 (1 - [sum of b_e + (N - t) b_t] / (N B))") {
  CHECK(reduction_at_most({}, 25, 4, 100) == Approx(75));
  CHECK(reduction_at_most({25, 25}, 100, 4, 100) == Approx(100 * (1 - 250.0 / 400)));
  CHECK(reduction_at_most({25, 50, 50}, 75, 4, 100) == Approx(50));
}

TEST_CASE("reduction bound: no run whose widths never fall ends above it, to the last bit, and it never rises") {
  std::mt19937_64 random(11);
  for (int run = 0; run < 300; ++run) {
    const std::int64_t int8 = (std::int64_t{1} << 40) + static_cast<std::int64_t>(random() % 1000003);
    const std::int64_t epochs = 2 + static_cast<std::int64_t>(random() % 60);
    std::vector<std::int64_t> bitops = {int8 / 4};
    while (static_cast<std::int64_t>(bitops.size()) < epochs)
      bitops.push_back(bitops.back() + (random() % 3 == 0 ? static_cast<std::int64_t>(random() % 977777777) : 0));
    const double rr = reduction_percent(bitops, int8);
    double last = 100;
    for (std::size_t t = 1; t < bitops.size(); ++t) {
      const double bound =
          reduction_at_most({bitops.begin(), bitops.begin() + static_cast<std::ptrdiff_t>(t)}, bitops[t], epochs, int8);
      CHECK(rr <= bound);
      CHECK(bound <= last);
      last = bound;
    }
  }
}

}  // namespace ampa::bitops
