// A Gaussian process: what has been measured at some points says about others.
#pragma once

#include <Eigen/Dense>
#include <vector>

namespace ampa::study {

struct Prediction {
  double mean = 0, std_dev = 0;  // of the function, without the noise of a measurement
};

// Constant mean, covariance s^2 k(r) with Matern 5/2, k(r) = (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r),
// r^2 = sum of ((x_d - y_d) / l_d)^2, and of each measurement its own known variance and one that is found. Rasmussen
// and Williams, Gaussian Processes for Machine Learning, 2006, sections 2.2, 4.2 and 5.4.
class GaussianProcess {
 public:
  // At x (a row a measurement, coordinates 0 to 1), of y, each with variance `noise`. Scale, lengths and the further
  // noise are those of the largest likelihood that a search, each in turn, finds: the same for the same arguments. One
  // measurement or more.
  GaussianProcess(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& noise);

  Prediction predict(const Eigen::VectorXd& at) const;

  // Takes in a measurement without looking for other lengths.
  void add(const Eigen::VectorXd& at, double y, double noise);

 private:
  struct Parameters {
    Eigen::VectorXd log_lengths;
    double log_scale = 0, log_noise = 0;  // of variances, in units of the measurements' own
  };
  double covariance(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Parameters& parameters) const;
  double negative_log_likelihood(const Parameters& parameters) const;
  Eigen::MatrixXd covariances(const Parameters& parameters) const;
  void search();
  void factor();

  Eigen::MatrixXd x_;
  Eigen::VectorXd y_, noise_;  // standardised
  double mean_ = 0, unit_ = 1;
  Parameters parameters_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
  Eigen::VectorXd weights_;
};

}  // namespace ampa::study
