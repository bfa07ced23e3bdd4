#include "nn/channel_statistics.h"

#include <limits>

namespace ampa::nn {
namespace {

// Of every lane of a row: sums that start from 0, and the extremes of nothing.
struct Lanes {
  explicit Lanes(Eigen::Index row_size) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    first.setZero(row_size);
    second.setZero(row_size);
    low.setConstant(row_size, kInfinity);
    high.setConstant(row_size, -kInfinity);
  }
  Eigen::ArrayXf first, second, low, high;
};

}  // namespace

void ChannelColumns::set(std::int64_t image, const Eigen::ArrayXf& lanes) {
  auto column = columns_.col(image);
  column.setZero();
  for (Eigen::Index i = 0; i < lanes.size(); i += column.size())
    column += lanes.segment(i, column.size()).cast<double>();
}

Eigen::ArrayXd ChannelColumns::sum() const {
  Eigen::ArrayXd total = Eigen::ArrayXd::Zero(columns_.rows());
  for (Eigen::Index image = 0; image < columns_.cols(); ++image) total += columns_.col(image);
  return total;
}

void ChannelExtremes::set(std::int64_t image, const Eigen::ArrayXf& low, const Eigen::ArrayXf& high) {
  using Columns = Eigen::Map<const Eigen::ArrayXXf>;
  lows_.col(image) = Columns(low.data(), lows_.rows(), low.size() / lows_.rows()).rowwise().minCoeff();
  highs_.col(image) = Columns(high.data(), highs_.rows(), high.size() / highs_.rows()).rowwise().maxCoeff();
}

void ValueStatistics::start_on(const Tensor& x) {
  x_ = &x;
  sums_.resize(x.channels, x.images);
  squares_.resize(x.channels, x.images);
  extremes_.resize(x.channels, x.images);
}

void ValueStatistics::on_image(std::int64_t image) {
  Lanes lanes(x_->width * x_->channels);
  kernels::active_norm().value_lanes(x_->image(image), x_->height, lanes.first.size(),
                                     {lanes.first.data(), lanes.second.data(), lanes.low.data(), lanes.high.data()});
  sums_.set(image, lanes.first);
  squares_.set(image, lanes.second);
  extremes_.set(image, lanes.low, lanes.high);
}

void GradientStatistics::expect(const Tensor& x, const kernels::GradientMask& mask) {
  x_ = &x;
  mask_ = mask;
}

void GradientStatistics::start(Tensor& d) {
  d_ = &d;
  sums_.resize(d.channels, d.images);
  products_.resize(d.channels, d.images);
  extremes_.resize(d.channels, d.images);
}

void GradientStatistics::on_image(std::int64_t image) {
  Lanes lanes(d_->width * d_->channels);
  kernels::GradientMask mask = mask_;
  if (mask.output) mask.output += image * d_->image_size();
  kernels::active_norm().gradient_lanes(d_->image(image), x_->image(image), d_->height, lanes.first.size(), mask,
                                        {lanes.first.data(), lanes.second.data(), lanes.low.data(), lanes.high.data()});
  sums_.set(image, lanes.first);
  products_.set(image, lanes.second);
  extremes_.set(image, lanes.low, lanes.high);
}

}  // namespace ampa::nn
