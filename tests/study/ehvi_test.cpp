#include "study/ehvi.h"

#include <catch2/catch.hpp>
#include <random>

#include "statistics/hypervolume.h"

namespace ampa::study {

TEST_CASE("expected excess: of a normal above a bound") {
  CHECK(expected_excess(0, 1, 0) == Approx(0.3989422804));
  CHECK(expected_excess(2, 1, 0) == Approx(2.0084907026));
  CHECK(expected_excess(3, 0, 1) == 2);
  CHECK(expected_excess(1, 0, 3) == 0);
}

TEST_CASE("EHVI: equals the mean of what random outcomes add to the hypervolume") {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform;
  std::normal_distribution<double> normal;
  for (int round = 0; round < 5; ++round) {
    std::vector<FrontPoint> front;
    std::vector<statistics::Point> points;
    for (int i = 0; i < 6; ++i) {
      front.push_back({uniform(random) * 10, uniform(random) * 8});
      points.push_back({front.back().quality, front.back().saving});
    }
    const double mean = 2 + 8 * uniform(random), std_dev = 0.5 + 2 * uniform(random), saving = 8 * uniform(random);
    const statistics::Point reference = {-1, -0.5};
    const double before = statistics::hypervolume(points, reference);
    double sum = 0;
    constexpr int kSamples = 20000;
    points.emplace_back();
    for (int i = 0; i < kSamples; ++i) {
      points.back() = {mean + std_dev * normal(random), saving};
      sum += statistics::hypervolume(points, reference) - before;
    }
    const double expected = expected_improvement(mean, std_dev, saving, front, {-1, -0.5});
    CAPTURE(round, mean, std_dev, saving);
    CHECK(expected == Approx(sum / kSamples).epsilon(0.03).margin(0.02));
  }
}

TEST_CASE("EHVI: nothing below the reference, and all of the box without a front") {
  CHECK(expected_improvement(5, 1, -1, {{1, 1}}, {0, 0}) == 0);
  CHECK(expected_improvement(5, 0, 2, {}, {1, 0}) == Approx(8));
  CHECK(expected_improvement(5, 0, 2, {{5, 2}}, {1, 0}) == Approx(0));
  CHECK(expected_improvement(5, 0, 3, {{5, 2}}, {1, 0}) == Approx(4));
}

}  // namespace ampa::study
