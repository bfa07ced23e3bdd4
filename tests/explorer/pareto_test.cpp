#include "sweep/pareto.h"

#include <catch2/catch.hpp>

namespace ampa::sweep {

TEST_CASE("the front is what no other beats in both figures") {
  const std::vector<Tradeoff> pairs = {{10, 90}, {20, 89}, {15, 88}, {30, 80}, {20, 89}};
  CHECK(pareto_front(pairs) == std::vector<bool>{true, true, false, true, true});
}

TEST_CASE("the distance to the front is the accuracy that the same saving could have") {
  const std::vector<Tradeoff> pairs = {{10, 90}, {20, 89}, {15, 88}, {30, 80}};
  CHECK(distance_to_front(pairs, 0) == 0);
  CHECK(distance_to_front(pairs, 2) == Approx(1));
  CHECK(distance_to_front(pairs, 3) == 0);
}

}  // namespace ampa::sweep
