// The two linear functions of batch normalisation, row by row, so that they can be read where they are needed.
#pragma once

#include <Eigen/Core>

#include "common/thread_pool.h"
#include "ir/tensor.h"
#include "ops/channel_statistics.h"

namespace ampa::ops {

// x * slope + offset, plus the residual if there is one, then the ReLU that is asked for.
class NormalisedRows : public quant::RowSource {
 public:
  const ir::Tensor *x = nullptr, *residual = nullptr;
  Eigen::ArrayXf slope, offset;  // of every lane of a row
  kernels::Rectify rectify = kernels::Rectify::kNone;
  quant::FloatShape shape() const override { return *x; }
  void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const override;
};

// d * slope + x * factor + offset: the gradient of x.
class InputGradientRows : public quant::RowSource {
 public:
  const ir::Tensor *x = nullptr, *d = nullptr;
  const ChannelExtremes *x_extremes = nullptr, *d_extremes = nullptr;
  Eigen::ArrayXf slope, factor, offset;  // of every lane of a row
  quant::FloatShape shape() const override { return *x; }
  kernels::Range limits(std::int64_t image) const override;
  void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const override;
};

// Writes all rows of a source to `out` and measures their range.
void write_rows(const quant::RowSource& source, ir::Tensor& out, ThreadPool& threads);

}  // namespace ampa::ops
