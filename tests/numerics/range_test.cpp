#include "numerics/range.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "samples.h"

namespace ampa::numerics {
namespace {

Range range_of(const std::vector<float>& values) {
  Range range;
  for (const float value : values) range = including(range, value);
  return range;
}

}  // namespace

TEST_CASE("Q11: ranges hold 0, never as -0, and every element") {
  CHECK(range_of({}).min == 0);
  for (const std::vector<float>& values :
       {std::vector<float>{}, std::vector<float>{-0.0f}, std::vector<float>{-0.0f, 0.0f, -0.0f}}) {
    const Range range = range_of(values);
    CHECK((range.min == 0 && range.max == 0 && range.finite));
    CHECK_FALSE((std::signbit(range.min) || std::signbit(range.max)));
    CHECK_FALSE(std::signbit(max_abs({range.min, range.max})));
  }
  CHECK(range_of({3, 2}).min == 0);
  CHECK(range_of({-3, -2}).max == 0);
  Samples samples(60);
  for (int round = 0; round < 100; ++round) {
    std::vector<float> values;
    for (int i = 0; i < 20; ++i) values.push_back(samples.any_scale(-148, 127));
    const Range range = range_of(values);
    bool min_found = range.min == 0, max_found = range.max == 0;
    for (const float value : values) {
      REQUIRE((range.min <= value && value <= range.max));
      min_found = min_found || value == range.min;
      max_found = max_found || value == range.max;
    }
    CHECK((min_found && max_found && range.finite));
  }
}

TEST_CASE("an infinity or a NaN makes a range not finite and is left out of it") {
  using Limits = std::numeric_limits<float>;
  for (const float special : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()}) {
    const Range range = range_of({-1, special, 2});
    CHECK_FALSE(range.finite);
    CHECK((range.min == -1 && range.max == 2));
  }
}

}  // namespace ampa::numerics
