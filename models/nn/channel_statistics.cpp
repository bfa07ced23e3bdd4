#include "nn/channel_statistics.h"

#include <limits>

namespace ampa::nn {

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

void ValueStatistics::start_on(const Tensor& x) {
  x_ = &x;
  sums_.resize(x.channels, x.images);
  squares_.resize(x.channels, x.images);
  lows_.resize(x.channels, x.images);
  highs_.resize(x.channels, x.images);
}

void ValueStatistics::on_image(std::int64_t image) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Eigen::Index row_size = x_->width * x_->channels;
  thread_local Eigen::ArrayXf sum, square, low, high;
  sum.setZero(row_size);
  square.setZero(row_size);
  low.setConstant(row_size, kInfinity);
  high.setConstant(row_size, -kInfinity);
  kernels::active_norm().value_lanes(x_->image(image), x_->height, row_size,
                                     {sum.data(), square.data(), low.data(), high.data()});
  sums_.set(image, sum);
  squares_.set(image, square);
  lows_.col(image) = Eigen::Map<Eigen::ArrayXXf>(low.data(), x_->channels, x_->width).rowwise().minCoeff();
  highs_.col(image) = Eigen::Map<Eigen::ArrayXXf>(high.data(), x_->channels, x_->width).rowwise().maxCoeff();
}

void GradientStatistics::expect(const Tensor& x, const kernels::GradientMask& mask) {
  x_ = &x;
  mask_ = mask;
}

void GradientStatistics::start(Tensor& d) {
  d_ = &d;
  sums_.resize(d.channels, d.images);
  products_.resize(d.channels, d.images);
}

void GradientStatistics::on_image(std::int64_t image) {
  const Eigen::Index row_size = d_->width * d_->channels;
  thread_local Eigen::ArrayXf sum, product;
  sum.setZero(row_size);
  product.setZero(row_size);
  kernels::GradientMask mask = mask_;
  if (mask.output) mask.output += image * d_->image_size();
  kernels::active_norm().gradient_lanes(d_->image(image), x_->image(image), d_->height, row_size, mask,
                                        {sum.data(), product.data()});
  sums_.set(image, sum);
  products_.set(image, product);
}

}  // namespace ampa::nn
