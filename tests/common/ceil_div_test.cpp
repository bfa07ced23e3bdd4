#include "common/ceil_div.h"

#include <catch2/catch.hpp>

using namespace ampa;

TEST_CASE("ceil_div is the least number of parts that hold all, round_up what they hold") {
  for (std::int64_t y = 1; y <= 40; ++y)
    for (std::int64_t x = 0; x <= 130; ++x) {
      std::int64_t parts = 0;
      while (parts * y < x) ++parts;
      CAPTURE(x, y);
      CHECK(ceil_div(x, y) == parts);
      CHECK(round_up(x, y) == parts * y);
    }
  constexpr std::int64_t kLarge = std::int64_t{1} << 62;
  CHECK(ceil_div(kLarge, 8) == kLarge / 8);
  CHECK(ceil_div(kLarge - 1, 8) == kLarge / 8);
  CHECK(ceil_div(1, kLarge) == 1);
  CHECK(round_up(kLarge - 7, 8) == kLarge);
}
