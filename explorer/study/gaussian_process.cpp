#include "study/gaussian_process.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>

namespace ampa::study {
namespace {

constexpr double kJitter = 1e-8;
constexpr int kSweeps = 2, kBits = 10;  // of the search, and of each of its lines
constexpr std::uintmax_t kMaxSteps = 12;

double matern52(double r) {
  const double s = std::sqrt(5.0) * r;
  return (1 + s + s * s / 3) * std::exp(-s);
}

// Half the space of one dimension. Points of d dimensions lie further apart as the root of d, and a function is taken
// to be as smooth along a line whatever d is (Hvarfner, Hellsten, Nardi 2024).
double middle_log_length(Eigen::Index dimensions) {
  return std::log(0.5) + 0.5 * std::log(static_cast<double>(dimensions));
}

// The weak priors that keep a search in bounds where there is little to see.
double penalty(double log_value, double log_middle, double width) {
  const double z = (log_value - log_middle) / width;
  return z * z / 2;
}

}  // namespace

GaussianProcess::GaussianProcess(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& noise)
    : x_(x), y_(y), noise_(noise) {
  mean_ = y.mean();
  const double variance = (y.array() - mean_).square().mean();
  unit_ = variance > 0 ? std::sqrt(variance) : 1;
  y_ = (y.array() - mean_) / unit_;
  noise_ = noise / (unit_ * unit_);
  parameters_.log_lengths = Eigen::VectorXd::Constant(x.cols(), middle_log_length(x.cols()));
  parameters_.log_noise = std::log(1e-3);
  if (y.size() > 2) search();
  factor();
}

double GaussianProcess::covariance(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                   const Parameters& parameters) const {
  const double r = ((x - y).array() / parameters.log_lengths.array().exp()).matrix().norm();
  return std::exp(parameters.log_scale) * matern52(r);
}

Eigen::MatrixXd GaussianProcess::covariances(const Parameters& parameters) const {
  const Eigen::Index n = x_.rows();
  const Eigen::MatrixXd scaled = x_ * (-parameters.log_lengths).array().exp().matrix().asDiagonal();
  const double scale = std::exp(parameters.log_scale);
  Eigen::MatrixXd k(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j <= i; ++j) k(i, j) = k(j, i) = scale * matern52((scaled.row(i) - scaled.row(j)).norm());
  k.diagonal() += noise_;
  k.diagonal().array() += std::exp(parameters.log_noise) + kJitter;
  return k;
}

double GaussianProcess::negative_log_likelihood(const Parameters& parameters) const {
  const Eigen::LLT<Eigen::MatrixXd> factor(covariances(parameters));
  if (factor.info() != Eigen::Success) return 1e12;
  double sum = y_.dot(factor.solve(y_)) / 2;
  for (Eigen::Index i = 0; i < y_.size(); ++i) sum += std::log(factor.matrixLLT()(i, i));
  for (const double log_length : parameters.log_lengths) sum += penalty(log_length, middle_log_length(x_.cols()), 1.2);
  return sum + penalty(parameters.log_scale, 0, 1.5) + penalty(parameters.log_noise, std::log(1e-3), 2.5);
}

// One parameter after another along its line, some times over.
void GaussianProcess::search() {
  const auto along = [&](double& parameter, double low, double high) {
    const auto cost = [&](double value) {
      parameter = value;
      return negative_log_likelihood(parameters_);
    };
    const double before = parameter, cost_before = cost(before);
    std::uintmax_t steps = kMaxSteps;
    const auto [found, cost_found] = boost::math::tools::brent_find_minima(cost, low, high, kBits, steps);
    parameter = cost_found < cost_before ? found : before;
  };
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (double& log_length : parameters_.log_lengths) along(log_length, std::log(0.05), std::log(20.0));
    along(parameters_.log_scale, std::log(0.02), std::log(50.0));
    along(parameters_.log_noise, std::log(1e-6), std::log(2.0));
  }
}

void GaussianProcess::factor() {
  factor_.compute(covariances(parameters_));
  weights_ = factor_.solve(y_);
}

Prediction GaussianProcess::predict(const Eigen::VectorXd& at) const {
  Eigen::VectorXd k(x_.rows());
  for (Eigen::Index i = 0; i < x_.rows(); ++i) k[i] = covariance(x_.row(i).transpose(), at, parameters_);
  const double variance = std::exp(parameters_.log_scale) - k.dot(factor_.solve(k));
  return {mean_ + unit_ * k.dot(weights_), unit_ * std::sqrt(std::max(variance, 0.0))};
}

void GaussianProcess::add(const Eigen::VectorXd& at, double y, double noise) {
  const Eigen::Index n = x_.rows();
  x_.conservativeResize(n + 1, Eigen::NoChange);
  x_.row(n) = at.transpose();
  y_.conservativeResize(n + 1);
  y_[n] = (y - mean_) / unit_;
  noise_.conservativeResize(n + 1);
  noise_[n] = noise / (unit_ * unit_);
  factor();
}

}  // namespace ampa::study
