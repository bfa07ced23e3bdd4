// Sums per channel that batch norm needs, gathered image by image. Their order is fixed: the rows of an image into one
// FP32 lane per (column, channel), the lanes of a channel in double in column order, the images in double in ascending
// order.
#pragma once

#include <functional>

#include "ir/row_consumer.h"
#include "kernels/norm.h"

namespace ampa::ops {

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
class ValueStatistics : public ir::RowConsumer {
 public:
  Eigen::ArrayXd sum() const { return sums_.sum(); }
  Eigen::ArrayXd square() const { return squares_.sum(); }
  const ChannelExtremes& extremes() const { return extremes_; }

 private:
  void hear(ir::Frame& frame, ir::ValueId x) override;
  void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) override;

  const ir::Tensor* x_ = nullptr;
  ChannelColumns sums_, squares_;
  ChannelExtremes extremes_;
};

// Of the gradient d of a normalised tensor x: first clears what does not pass the ReLU behind it, then gathers sum d
// and sum d * x of every channel.
class GradientStatistics : public ir::RowConsumer {
 public:
  // `output` of a mask, if not null, points to the whole tensor.
  using MaskOf = std::function<kernels::GradientMask(const ir::Frame&)>;
  // x is the value before the normalisation, whose shape the gradient must have; the mask is that of the ReLU behind
  // it.
  GradientStatistics(ir::ValueId x, MaskOf mask_of) : normalised_(x), mask_of_(std::move(mask_of)) {}

  Eigen::ArrayXd sum() const { return sums_.sum(); }
  Eigen::ArrayXd product() const { return products_.sum(); }
  const ChannelExtremes& extremes() const { return extremes_; }

 private:
  void hear(ir::Frame& frame, ir::ValueId d) override;
  void take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) override;

  ir::ValueId normalised_;
  MaskOf mask_of_;
  const ir::Tensor* x_ = nullptr;
  ir::Tensor* d_ = nullptr;
  kernels::GradientMask mask_;
  ChannelColumns sums_, products_;
  ChannelExtremes extremes_;
};

}  // namespace ampa::ops
