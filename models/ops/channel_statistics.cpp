#include "ops/channel_statistics.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace ampa::ops {
namespace {

// Of every lane of a row: sums that start from 0, and the extremes of nothing.
struct Lanes {
  void start(const ir::RowConsumer* new_owner, std::int64_t new_image, Eigen::Index row_size) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    owner = new_owner;
    image = new_image;
    first.setZero(row_size);
    second.setZero(row_size);
    low.setConstant(row_size, kInfinity);
    high.setConstant(row_size, -kInfinity);
  }
  const ir::RowConsumer* owner = nullptr;
  std::int64_t image = 0;
  Eigen::ArrayXf first, second, low, high;
};

// Of the image whose rows this thread is at; a thread begins another when it has seen the last row of one.
Lanes& lanes_of_this_thread(const ir::RowConsumer* owner, std::int64_t image, std::int64_t first_row,
                            Eigen::Index row_size) {
  thread_local Lanes lanes;
  if (first_row == 0) lanes.start(owner, image, row_size);
  if (lanes.owner != owner || lanes.image != image)
    throw std::logic_error("channel statistics: a thread must finish the image that it is at");
  return lanes;
}

}  // namespace

void ChannelColumns::set(std::int64_t image, const Eigen::ArrayXf& lanes) {
  const std::int64_t channels = columns_.rows();
  double* const column = &columns_(0, image);
  std::fill_n(column, channels, 0.0);
  for (std::int64_t i = 0; i < lanes.size(); i += channels)
    for (std::int64_t c = 0; c < channels; ++c) column[c] += static_cast<double>(lanes[i + c]);
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

void ValueStatistics::hear(ir::Frame& frame, ir::ValueId x) {
  x_ = &frame.at(x);
  sums_.resize(x_->channels, x_->images);
  squares_.resize(x_->channels, x_->images);
  extremes_.resize(x_->channels, x_->images);
}

void ValueStatistics::take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) {
  const std::int64_t row_size = x_->row_size();
  Lanes& lanes = lanes_of_this_thread(this, image, first_row, row_size);
  kernels::active_norm().value_lanes(x_->image(image) + first_row * row_size, num_rows, row_size,
                                     {lanes.first.data(), lanes.second.data(), lanes.low.data(), lanes.high.data()});
  if (first_row + num_rows < x_->height) return;
  sums_.set(image, lanes.first);
  squares_.set(image, lanes.second);
  extremes_.set(image, lanes.low, lanes.high);
}

void GradientStatistics::hear(ir::Frame& frame, ir::ValueId d) {
  x_ = &frame.at(normalised_);
  d_ = &frame[d];
  mask_ = mask_of_(frame);
  if (d_->shape() != x_->shape())
    throw std::logic_error("gradient statistics: expected a gradient of the shape of what was normalised");
  sums_.resize(d_->channels, d_->images);
  products_.resize(d_->channels, d_->images);
  extremes_.resize(d_->channels, d_->images);
}

void GradientStatistics::take_rows(std::int64_t image, std::int64_t first_row, std::int64_t num_rows) {
  const std::int64_t row_size = d_->row_size(), begin = first_row * row_size;
  Lanes& lanes = lanes_of_this_thread(this, image, first_row, row_size);
  kernels::GradientMask mask = mask_;
  if (mask.output) mask.output += image * d_->image_size() + begin;
  kernels::active_norm().gradient_lanes(d_->image(image) + begin, x_->image(image) + begin, num_rows, row_size, mask,
                                        {lanes.first.data(), lanes.second.data(), lanes.low.data(), lanes.high.data()});
  if (first_row + num_rows < d_->height) return;
  sums_.set(image, lanes.first);
  products_.set(image, lanes.second);
  extremes_.set(image, lanes.low, lanes.high);
}

}  // namespace ampa::ops
