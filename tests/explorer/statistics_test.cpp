#include "sweep/statistics.h"

#include <catch2/catch.hpp>

namespace ampa::sweep {

TEST_CASE("mean, sample deviation and limits") {
  const auto statistics = statistics_of({2, 4, 9});
  REQUIRE(statistics.has_value());
  CHECK(statistics->count == 3);
  CHECK(statistics->mean == Approx(5));
  CHECK(*statistics->std_dev == Approx(std::sqrt((9.0 + 1.0 + 16.0) / 2)));
  CHECK(statistics->min == 2);
  CHECK(statistics->max == 9);
}

TEST_CASE("one value has no deviation, and none has no statistics") {
  CHECK_FALSE(statistics_of({7})->std_dev.has_value());
  CHECK(to_json(statistics_of({7}))["std"].is_null());
  CHECK_FALSE(statistics_of({}).has_value());
  CHECK(to_json(statistics_of({})).is_null());
}

}  // namespace ampa::sweep
