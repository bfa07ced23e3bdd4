#include "study/expected_excess.h"

#include <catch2/catch.hpp>

namespace ampa::study {

TEST_CASE("expected excess: of a normal above a bound") {
  CHECK(expected_excess(0, 1, 0) == Approx(0.3989422804));
  CHECK(expected_excess(2, 1, 0) == Approx(2.0084907026));
  CHECK(expected_excess(3, 0, 1) == 2);
  CHECK(expected_excess(1, 0, 3) == 0);
}

}  // namespace ampa::study
