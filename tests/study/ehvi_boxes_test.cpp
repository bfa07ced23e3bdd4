#include "study/ehvi_boxes.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/random/sobol.hpp>
#include <catch2/catch.hpp>
#include <random>

#include "study/ehvi.h"

namespace ampa::study {
namespace {

using statistics::Point;

std::vector<Point> random_points(std::mt19937_64& random, std::size_t count, std::size_t objectives) {
  std::uniform_real_distribution<double> uniform(-0.5, 10);
  std::vector<Point> points(count, Point(objectives));
  for (Point& point : points)
    for (double& value : point) value = uniform(random);
  return points;
}

double added(std::vector<Point> points, const Point& y, const Point& reference) {
  const double before = statistics::hypervolume(points, reference);
  points.push_back(y);
  return statistics::hypervolume(points, reference) - before;
}

// By the points of Sobol's sequence: quasi-Monte Carlo.
double sampled(const std::vector<Point>& front, const Point& reference, const std::vector<double>& mean,
               const std::vector<double>& std_dev, int count) {
  boost::random::sobol sequence(mean.size());
  const boost::math::normal normal;
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    Point y(mean.size());
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double share = (static_cast<double>(sequence()) + 0.5) / (static_cast<double>(sequence.max()) + 1);
      y[k] = mean[k] + std_dev[k] * boost::math::quantile(normal, share);
    }
    sum += added(front, y, reference);
  }
  return sum / count;
}

}  // namespace

TEST_CASE("EHVI in boxes: an outcome adds what the hypervolume grows by") {
  std::mt19937_64 random(5);
  for (const std::size_t objectives : {1, 2, 3, 4})
    for (int round = 0; round < 20; ++round) {
      const std::vector<Point> front = random_points(random, 9, objectives);
      const Point reference(objectives, 0.0);
      const UndominatedBoxes boxes(front, reference);
      for (const Point& y : random_points(random, 10, objectives))
        CHECK(boxes.improvement(y) == Approx(added(front, y, reference)).margin(1e-9));
    }
}

TEST_CASE("EHVI in boxes: of two objectives it is the closed form") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> uniform;
  for (int round = 0; round < 20; ++round) {
    const std::vector<Point> front = random_points(random, 8, 2);
    std::vector<FrontPoint> same;
    for (const Point& point : front) same.push_back({point[0], point[1]});
    const double mean = 10 * uniform(random), std_dev = 3 * uniform(random), saving = 10 * uniform(random);
    CHECK(UndominatedBoxes(front, {0, 0}).expected_improvement({mean, saving}, {std_dev, 0}) ==
          Approx(expected_improvement(mean, std_dev, saving, same, {0, 0})).margin(1e-9));
  }
}

TEST_CASE("EHVI in boxes: of three objectives it is what quasi-Monte Carlo comes to") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3; ++round) {
    const std::vector<Point> front = random_points(random, 5, 3);
    const Point mean = random_points(random, 1, 3).front();
    const std::vector<double> std_dev = {2, 0.5, 1};
    const double expected = UndominatedBoxes(front, {0, 0, 0}).expected_improvement(mean, std_dev);
    CHECK(expected == Approx(sampled(front, {0, 0, 0}, mean, std_dev, 8191)).epsilon(0.01).margin(0.02));
  }
}

TEST_CASE("EHVI in boxes: without a front it is the whole box") {
  const UndominatedBoxes boxes({{-1, 5, 5}}, {0, 0, 0});  // below the reference in one
  CHECK(boxes.size() == 1);
  CHECK(boxes.expected_improvement({2, 3, 4}, {0, 0, 0}) == Approx(24));
}

}  // namespace ampa::study
