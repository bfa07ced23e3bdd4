#include "study/ehvi_boxes.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/random/sobol.hpp>
#include <catch2/catch.hpp>
#include <random>

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

TEST_CASE("EHVI in boxes: it is what quasi-Monte Carlo comes to, with objectives that are known too") {
  std::mt19937_64 random(7);
  for (const std::vector<double>& std_dev : std::vector<std::vector<double>>{{2, 0.5, 1}, {2, 0.5}, {2, 0}, {1.5}}) {
    const Point reference(std_dev.size(), 0.0);
    for (int round = 0; round < 3; ++round) {
      const std::vector<Point> front = random_points(random, 5, std_dev.size());
      const Point mean = random_points(random, 1, std_dev.size()).front();
      const double expected = UndominatedBoxes(front, reference).expected_improvement(mean, std_dev);
      CHECK(expected == Approx(sampled(front, reference, mean, std_dev, 8191)).epsilon(0.01).margin(0.02));
    }
  }
}

TEST_CASE("EHVI in boxes: by hand, two objectives of which the second is known") {
  const auto expected = [](const std::vector<Point>& front, const std::vector<double>& mean, double std_dev) {
    return UndominatedBoxes(front, {0, 0}).expected_improvement(mean, {std_dev, 0});
  };
  CHECK(expected({{1, 1}}, {5, -1}, 1) == 0);
  CHECK(expected({{5, 2}}, {5, 2}, 0) == Approx(0));
  CHECK(expected({{5, 2}}, {5, 3}, 0) == Approx(5));
  CHECK(expected({{5, 2}}, {0, 3}, 1) == Approx(0.3989422804).epsilon(1e-4));  // only above a saving of 2
}

TEST_CASE("EHVI in boxes: without a front it is the whole box") {
  const UndominatedBoxes boxes({{-1, 5, 5}}, {0, 0, 0});  // below the reference in one
  CHECK(boxes.size() == 1);
  CHECK(boxes.expected_improvement({2, 3, 4}, {0, 0, 0}) == Approx(24));
}

}  // namespace ampa::study
