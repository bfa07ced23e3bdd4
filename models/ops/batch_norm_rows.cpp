#include "ops/batch_norm_rows.h"

#include <algorithm>

namespace ampa::ops {
namespace {

constexpr std::int64_t kBlockValues = 4096;  // 16 KiB: a block stays in the first cache

}  // namespace

void write_rows(const quant::RowSource& source, ir::Tensor& out, ThreadPool& threads) {
  const std::int64_t row_size = out.row_size();
  const std::int64_t step = std::max<std::int64_t>(1, kBlockValues / std::max<std::int64_t>(1, row_size));
  std::vector<kernels::Range> ranges(static_cast<std::size_t>(out.images));
  threads.for_each_part(out.images, [&](std::int64_t image) {
    for (std::int64_t row = 0; row < out.height; row += step) {
      const std::int64_t count = std::min(step, out.height - row);
      float* target = out.image(image) + row * row_size;
      source.read(image, row, count, target);
      ranges[static_cast<std::size_t>(image)].include(kernels::active().range(target, count * row_size));
    }
  });
  out.range = kernels::Range{};
  for (const kernels::Range& range : ranges) out.range->include(range);
}

void NormalisedRows::read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const {
  const std::int64_t begin = first_row * slope.size();
  kernels::active_norm().normalise(x->image(image) + begin, residual ? residual->image(image) + begin : nullptr,
                                   num_rows, slope.size(), slope.data(), offset.data(), rectify, out);
}

void InputGradientRows::read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const {
  const std::int64_t begin = first_row * slope.size();
  kernels::active_norm().input_gradient(d->image(image) + begin, x->image(image) + begin, num_rows, slope.size(),
                                        slope.data(), factor.data(), offset.data(), out);
}

// From the extremes of both terms of every channel, in double and widened by more than FP32's rounding can move a
// result.
kernels::Range InputGradientRows::limits(std::int64_t image) const {
  constexpr double kSlack = 0x1p-20;
  const auto ends = [&](const Eigen::ArrayXf& coefficient, const ChannelExtremes& of, bool upper) -> Eigen::ArrayXd {
    const Eigen::ArrayXd factors = coefficient.head(x->channels).cast<double>();
    const Eigen::ArrayXd a = factors * of.low(image).cast<double>(), b = factors * of.high(image).cast<double>();
    if (upper) return a.max(b);
    return a.min(b);
  };
  const Eigen::ArrayXd low_d = ends(slope, *d_extremes, false), high_d = ends(slope, *d_extremes, true);
  const Eigen::ArrayXd low_x = ends(factor, *x_extremes, false), high_x = ends(factor, *x_extremes, true);
  const Eigen::ArrayXd shift = offset.head(x->channels).cast<double>();
  const Eigen::ArrayXd slack =
      (low_d.abs().max(high_d.abs()) + low_x.abs().max(high_x.abs()) + shift.abs()) * kSlack + 0x1p-120;
  const Eigen::ArrayXd low = low_d + low_x + shift - slack, high = high_d + high_x + shift + slack;
  if (!low.isFinite().all() || !high.isFinite().all()) return RowSource::limits(image);
  return {static_cast<float>(low.minCoeff()), static_cast<float>(high.maxCoeff()), true};
}

}  // namespace ampa::ops
