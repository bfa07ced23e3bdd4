// Sums per channel that batch norm needs, gathered image by image. Their order is fixed: the rows of an image into one
// FP32 lane per (column, channel), the lanes of a channel in double in column order, the images in double in ascending
// order.
#pragma once

#include "kernels/norm.h"
#include "nn/row_listener.h"

namespace ampa::nn {

// One column of per-channel numbers for each image.
class ChannelColumns {
 public:
  void resize(std::int64_t channels, std::int64_t images) { columns_.resize(channels, images); }
  // Adds lanes (width * channels) of an image in index order.
  void set(std::int64_t image, const Eigen::ArrayXf& lanes);
  Eigen::ArrayXd sum() const;

 private:
  Eigen::ArrayXXd columns_;
};

// The smallest and the largest value of every channel in each image.
class ChannelExtremes {
 public:
  void resize(std::int64_t channels, std::int64_t images) {
    lows_.resize(channels, images);
    highs_.resize(channels, images);
  }
  // Lanes (width * channels) of an image.
  void set(std::int64_t image, const Eigen::ArrayXf& low, const Eigen::ArrayXf& high);
  Eigen::ArrayXXf::ConstColXpr low(std::int64_t image) const { return lows_.col(image); }
  Eigen::ArrayXXf::ConstColXpr high(std::int64_t image) const { return highs_.col(image); }
  Eigen::ArrayXf low() const { return lows_.rowwise().minCoeff(); }
  Eigen::ArrayXf high() const { return highs_.rowwise().maxCoeff(); }

 private:
  Eigen::ArrayXXf lows_, highs_;  // (channels, images)
};

// sum x, sum x^2 and the extremes of x of every channel.
class ValueStatistics : public RowListener {
 public:
  // As start(), on a tensor that is complete already.
  void start_on(const Tensor& x);

  Eigen::ArrayXd sum() const { return sums_.sum(); }
  Eigen::ArrayXd square() const { return squares_.sum(); }
  const ChannelExtremes& extremes() const { return extremes_; }

 private:
  void hear(Tensor& x) override { hear_of(x); }
  void hear_of(const Tensor& x);
  void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) override;

  const Tensor* x_ = nullptr;
  ChannelColumns sums_, squares_;
  ChannelExtremes extremes_;
};

// Of the gradient d of a normalised tensor x: first clears what does not pass the ReLU behind it, then gathers sum d
// and sum d * x of every channel.
class GradientStatistics : public RowListener {
 public:
  // What the next gradient belongs to: the tensor before the normalisation, whose shape it must have, and the mask of
  // its ReLU, whose `output`, if not null, points to the whole tensor. All must live until that gradient is complete.
  void expect(const Tensor& x, const kernels::GradientMask& mask);

  Eigen::ArrayXd sum() const { return sums_.sum(); }
  Eigen::ArrayXd product() const { return products_.sum(); }
  const ChannelExtremes& extremes() const { return extremes_; }

 private:
  void hear(Tensor& d) override;
  void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) override;

  const Tensor* x_ = nullptr;
  Tensor* d_ = nullptr;
  kernels::GradientMask mask_;
  ChannelColumns sums_, products_;
  ChannelExtremes extremes_;
};

}  // namespace ampa::nn
