#include "statistics/hypervolume.h"

#include <catch2/catch.hpp>
#include <random>

namespace ampa::statistics {

TEST_CASE("hypervolume: one, two and three objectives by hand") {
  CHECK(hypervolume({{3}, {5}, {1}}, {2}) == Approx(3));
  CHECK(hypervolume({{1, 3}, {2, 2}, {3, 1}}, {0, 0}) == Approx(6));
  CHECK(hypervolume({{1, 1}, {2, 2}}, {0, 0}) == Approx(4));
  CHECK(hypervolume({{1, 1, 1}, {2, 1, 0.5}}, {0, 0, 0}) == Approx(1.5));
  CHECK(hypervolume({{-1, 5}, {5, 0}}, {0, 0}) == 0);
  CHECK(hypervolume({}, {0, 0}) == 0);
}

TEST_CASE("hypervolume: equals the share of random points that some point dominates") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform;
  for (const std::size_t objectives : {2, 3, 4}) {
    std::vector<Point> points(8, Point(objectives));
    for (Point& point : points)
      for (double& value : point) value = uniform(random);
    int num_dominated = 0;
    constexpr int kTries = 40000;
    for (int i = 0; i < kTries; ++i) {
      Point at(objectives);
      for (double& value : at) value = uniform(random);
      bool is_dominated = false;
      for (const Point& point : points) {
        bool below = true;
        for (std::size_t k = 0; k < objectives; ++k) below = below && at[k] <= point[k];
        is_dominated = is_dominated || below;
      }
      num_dominated += is_dominated;
    }
    CHECK(hypervolume(points, Point(objectives, 0.0)) == Approx(num_dominated / double{kTries}).margin(0.012));
  }
}

TEST_CASE("domination ranks: fronts behind fronts") {
  CHECK(domination_ranks({{1, 1}, {2, 2}, {3, 0}, {0, 0}}) == std::vector<int>{1, 0, 0, 2});
  CHECK(domination_ranks({{1, 1}, {1, 1}}) == std::vector<int>{0, 0});
}

}  // namespace ampa::statistics
