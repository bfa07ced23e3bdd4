#include "study/gaussian_process.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace ampa::study {
namespace {

double truth(double x, double y) {
  return 3 + std::sin(4 * x) + 0.3 * y;
}

struct Measurements {
  Eigen::MatrixXd x;
  Eigen::VectorXd y, noise;
};

Measurements measure(int count, double std_dev) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> uniform;
  std::normal_distribution<double> normal;
  Measurements m{Eigen::MatrixXd(count, 2), Eigen::VectorXd(count),
                 Eigen::VectorXd::Constant(count, std_dev * std_dev)};
  for (int i = 0; i < count; ++i) {
    m.x(i, 0) = uniform(random), m.x(i, 1) = uniform(random);
    m.y[i] = truth(m.x(i, 0), m.x(i, 1)) + std_dev * normal(random);
  }
  return m;
}

}  // namespace

TEST_CASE("Gaussian process: a smooth function is found again from 40 measurements, and noise is averaged out") {
  const Measurements exact = measure(40, 0), noisy = measure(40, 0.1);
  const GaussianProcess of_exact(exact.x, exact.y, exact.noise), of_noisy(noisy.x, noisy.y, noisy.noise);
  double worst = 0, squares = 0;
  int num_outside = 0, count = 0;
  for (double x = 0.1; x < 0.95; x += 0.1)
    for (double y = 0.1; y < 0.95; y += 0.1, ++count) {
      const Eigen::Vector2d at(x, y);
      worst = std::max(worst, std::abs(of_exact.predict(at).mean - truth(x, y)));
      const Prediction prediction = of_noisy.predict(at);
      squares += std::pow(prediction.mean - truth(x, y), 2);
      num_outside += std::abs(prediction.mean - truth(x, y)) > 2.5 * prediction.std_dev + 0.01;
    }
  CHECK(worst < 0.1);
  CHECK(std::sqrt(squares / count) < 0.08);
  CHECK(num_outside < count / 8);
}

TEST_CASE("Gaussian process: far from all measurements it knows little, at one it knows it") {
  Measurements m = measure(12, 0);
  m.x *= 0.3;
  for (Eigen::Index i = 0; i < m.y.size(); ++i) m.y[i] = truth(m.x(i, 0) * 3, m.x(i, 1) * 3);
  GaussianProcess process(m.x, m.y, m.noise);
  const double far = process.predict(Eigen::Vector2d(1, 1)).std_dev;
  CHECK(far > 5 * process.predict(m.x.row(3).transpose()).std_dev);
  process.add(Eigen::Vector2d(1, 1), 7.0, 0);
  CHECK(process.predict(Eigen::Vector2d(1, 1)).std_dev < far / 2);
  CHECK(process.predict(Eigen::Vector2d(1, 1)).mean == Approx(7.0).margin(0.5));
}

TEST_CASE("Gaussian process: measurements that are all equal say so") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(5, 3);
  const GaussianProcess process(x, Eigen::VectorXd::Constant(5, 2.0), Eigen::VectorXd::Zero(5));
  CHECK(process.predict(Eigen::Vector3d(0.2, 0.2, 0.2)).mean == Approx(2.0));
}

}  // namespace ampa::study
