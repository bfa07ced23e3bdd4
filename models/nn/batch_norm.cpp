#include "nn/batch_norm.h"

#include <cmath>

namespace ampa::nn {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kRunningShare = 0.1;

// The two sums that both directions need, per channel.
struct ChannelSums {
  Eigen::ArrayXd first, second;
};

// Adds lanes of a row, (width * channels) with the channel fastest, to per-channel sums in index order.
void fold(const Eigen::ArrayXf& lanes, Eigen::Ref<Eigen::ArrayXd> sums) {
  const Eigen::Index channels = sums.size();
  for (Eigen::Index i = 0; i < lanes.size(); i += channels) sums += lanes.segment(i, channels).cast<double>();
}

// first[c] = sum of x, second[c] = sum of x * y, over all images and positions.
ChannelSums channel_sums(const Tensor& x, const Tensor& y, ThreadPool& threads) {
  Eigen::ArrayXXd first = Eigen::ArrayXXd::Zero(x.channels, x.images);
  Eigen::ArrayXXd second = Eigen::ArrayXXd::Zero(x.channels, x.images);
  const Eigen::Index row_size = x.width * x.channels;
  threads.for_each_part(x.images, [&](std::int64_t image) {
    Eigen::ArrayXf lanes = Eigen::ArrayXf::Zero(row_size), product_lanes = Eigen::ArrayXf::Zero(row_size);
    for (std::int64_t row = 0; row < x.height; ++row) {
      const Eigen::Map<const Eigen::ArrayXf> x_row(x.image(image) + row * row_size, row_size);
      const Eigen::Map<const Eigen::ArrayXf> y_row(y.image(image) + row * row_size, row_size);
      lanes += x_row;
      product_lanes += x_row * y_row;
    }
    fold(lanes, first.col(image));
    fold(product_lanes, second.col(image));
  });
  ChannelSums sums{Eigen::ArrayXd::Zero(x.channels), Eigen::ArrayXd::Zero(x.channels)};
  for (std::int64_t image = 0; image < x.images; ++image) {
    sums.first += first.col(image);
    sums.second += second.col(image);
  }
  return sums;
}

// A per-channel coefficient repeated for every position of a row.
Eigen::ArrayXf across_row(const Eigen::ArrayXd& coefficient, std::int64_t width) {
  return coefficient.cast<float>().replicate(width, 1);
}

}  // namespace

BatchNorm::BatchNorm(std::string name, std::int64_t channels)
    : name_(std::move(name)),
      channels_(channels),
      running_mean_(Eigen::ArrayXf::Zero(channels)),
      running_var_(Eigen::ArrayXf::Ones(channels)) {
  gamma_.name = name_ + ".gamma";
  gamma_.value = Eigen::ArrayXf::Ones(channels);
  gamma_.gradient = Eigen::ArrayXf::Zero(channels);
  beta_.name = name_ + ".beta";
  beta_.value = Eigen::ArrayXf::Zero(channels);
  beta_.gradient = Eigen::ArrayXf::Zero(channels);
}

std::vector<Buffer> BatchNorm::buffers() {
  return {{name_ + ".running_mean", &running_mean_}, {name_ + ".running_var", &running_var_}};
}

void BatchNorm::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const Tensor& x = *inputs[0];
  const auto count = static_cast<double>(x.size() / channels_);
  if (context.training) {
    const ChannelSums sums = channel_sums(x, x, *context.threads);
    mean_ = sums.first / count;
    const Eigen::ArrayXd var = (sums.second / count - mean_.square()).max(0.0);
    inv_std_ = (var + kEpsilon).sqrt().inverse();
    const double unbiased = count > 1 ? count / (count - 1) : 1;
    running_mean_ = (running_mean_.cast<double>() * (1 - kRunningShare) + mean_ * kRunningShare).cast<float>();
    running_var_ = (running_var_.cast<double>() * (1 - kRunningShare) + var * (unbiased * kRunningShare)).cast<float>();
  } else {
    mean_ = running_mean_.cast<double>();
    inv_std_ = (running_var_.cast<double>() + kEpsilon).sqrt().inverse();
  }
  const Eigen::ArrayXd slope = gamma_.value.cast<double>() * inv_std_;
  const Eigen::ArrayXf slope_row = across_row(slope, x.width);
  const Eigen::ArrayXf offset_row = across_row(beta_.value.cast<double>() - mean_ * slope, x.width);
  out.resize(x.images, x.height, x.width, x.channels);
  const Eigen::Index row_size = slope_row.size();
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    for (std::int64_t row = 0; row < x.height; ++row) {
      const Eigen::Map<const Eigen::ArrayXf> x_row(x.image(image) + row * row_size, row_size);
      Eigen::Map<Eigen::ArrayXf>(out.image(image) + row * row_size, row_size) = x_row * slope_row + offset_row;
    }
  });
}

void BatchNorm::backward(const std::vector<const Tensor*>& inputs, const Tensor&, const Tensor& out_grad,
                         const std::vector<Tensor*>& input_grads, StepContext& context) {
  const Tensor& x = *inputs[0];
  const auto count = static_cast<double>(x.size() / channels_);
  const ChannelSums sums = channel_sums(out_grad, x, *context.threads);
  const Eigen::ArrayXd& beta_grad = sums.first;
  const Eigen::ArrayXd gamma_grad = (sums.second - mean_ * sums.first) * inv_std_;
  gamma_.gradient = gamma_grad.cast<float>();
  beta_.gradient = beta_grad.cast<float>();
  if (!input_grads[0]) return;

  // dx = slope * (dy - mean(dy) - xhat * mean(dy * xhat)) as dy * slope + x * factor + offset.
  const Eigen::ArrayXd slope = gamma_.value.cast<double>() * inv_std_;
  const Eigen::ArrayXd factor = -slope * inv_std_ * gamma_grad / count;
  const Eigen::ArrayXf slope_row = across_row(slope, x.width);
  const Eigen::ArrayXf factor_row = across_row(factor, x.width);
  const Eigen::ArrayXf offset_row = across_row(-slope * beta_grad / count - factor * mean_, x.width);
  Tensor& dx = *input_grads[0];
  dx.resize(x.images, x.height, x.width, x.channels);
  const Eigen::Index row_size = slope_row.size();
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    for (std::int64_t row = 0; row < x.height; ++row) {
      const Eigen::Map<const Eigen::ArrayXf> x_row(x.image(image) + row * row_size, row_size);
      const Eigen::Map<const Eigen::ArrayXf> dy_row(out_grad.image(image) + row * row_size, row_size);
      Eigen::Map<Eigen::ArrayXf>(dx.image(image) + row * row_size, row_size) =
          dy_row * slope_row + x_row * factor_row + offset_row;
    }
  });
}

}  // namespace ampa::nn
