#include "sweep/pareto.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace ampa::sweep {

TEST_CASE("the front is what no other beats in both figures") {
  const std::vector<Tradeoff> pairs = {{10, 90}, {20, 89}, {15, 88}, {30, 80}, {20, 89}};
  CHECK(pareto_front(pairs) == std::vector<bool>{true, true, false, true, true});
}

TEST_CASE("the distance to the front is the accuracy that the same saving could have") {
  const std::vector<Tradeoff> pairs = {{10, 90}, {20, 89}, {15, 88}, {30, 80}};
  CHECK(distances_to_front(pairs) == std::vector<double>{0, 0, 1, 0});
  CHECK(distances_to_front({}).empty());
}

// The definitions as they read.
TEST_CASE("front and distances are those of a comparison of every pair with every other") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<Tradeoff> pairs(1 + random() % 30);
    for (Tradeoff& pair : pairs) pair = {static_cast<double>(random() % 6), static_cast<double>(random() % 6)};
    const std::vector<bool> front = pareto_front(pairs);
    const std::vector<double> distances = distances_to_front(pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      bool is_beaten = false;
      double best = pairs[i].quality;
      for (const Tradeoff& other : pairs) {
        if (other.saving < pairs[i].saving) continue;
        best = std::max(best, other.quality);
        is_beaten = is_beaten || (other.quality >= pairs[i].quality &&
                                  (other.saving > pairs[i].saving || other.quality > pairs[i].quality));
      }
      CHECK(front[i] == !is_beaten);
      CHECK(distances[i] == best - pairs[i].quality);
    }
  }
}

}  // namespace ampa::sweep
