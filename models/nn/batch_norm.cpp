#include "nn/batch_norm.h"

#include <cmath>

namespace ampa::nn {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kRunningShare = 0.1;

constexpr std::int64_t kBlockValues = 4096;  // 16 KiB: a block stays in the first cache

// Tells a listener of all images of a tensor that nobody told it of.
void tell_all(RowListener& listener, const Tensor& tensor, ThreadPool& threads) {
  threads.for_each_part(tensor.images, [&](std::int64_t image) { listener.on_rows(image, 0, tensor.height); });
}

// Writes all rows of a source to `out` and measures their range.
void write_rows(const quant::RowSource& source, Tensor& out, ThreadPool& threads) {
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

// A per-channel coefficient repeated for every position of a row.
Eigen::ArrayXf across_row(const Eigen::ArrayXd& coefficient, std::int64_t width) {
  return coefficient.cast<float>().replicate(width, 1);
}

}  // namespace

BatchNorm::BatchNorm(std::string name, std::int64_t channels, Then then)
    : name_(std::move(name)),
      channels_(channels),
      then_(then),
      running_mean_(Eigen::ArrayXf::Zero(channels)),
      running_var_(Eigen::ArrayXf::Ones(channels)) {
  gamma_.name = name_ + ".gamma";
  gamma_.value = Eigen::ArrayXf::Ones(channels);
  gamma_.gradient = Eigen::ArrayXf::Zero(channels);
  beta_.name = name_ + ".beta";
  beta_.value = Eigen::ArrayXf::Zero(channels);
  beta_.gradient = Eigen::ArrayXf::Zero(channels);
  output_.relu = then.relu;
}

std::vector<Buffer> BatchNorm::buffers() {
  return {{name_ + ".running_mean", &running_mean_}, {name_ + ".running_var", &running_var_}};
}

void BatchNorm::Output::read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const {
  const std::int64_t begin = first_row * slope.size();
  kernels::active_norm().normalise(x->image(image) + begin, residual ? residual->image(image) + begin : nullptr,
                                   num_rows, slope.size(), slope.data(), offset.data(), relu, out);
}

void BatchNorm::InputGradient::read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows,
                                    float* out) const {
  const std::int64_t begin = first_row * slope.size();
  kernels::active_norm().input_gradient(d->image(image) + begin, x->image(image) + begin, num_rows, slope.size(),
                                        slope.data(), factor.data(), offset.data(), out);
}

// From the extremes of both terms of every channel, in double and widened by more than FP32's rounding can move a
// result.
kernels::Range BatchNorm::InputGradient::limits(std::int64_t image) const {
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

void BatchNorm::use_batch_statistics(double count) {
  mean_ = values_.sum() / count;
  const Eigen::ArrayXd var = (values_.square() / count - mean_.square()).max(0.0);
  inv_std_ = (var + kEpsilon).sqrt().inverse();
  const double unbiased = count > 1 ? count / (count - 1) : 1;
  running_mean_ = (running_mean_.cast<double>() * (1 - kRunningShare) + mean_ * kRunningShare).cast<float>();
  running_var_ = (running_var_.cast<double>() * (1 - kRunningShare) + var * (unbiased * kRunningShare)).cast<float>();
}

// x * slope + offset, rounded after each operation, rises or falls with x, and ReLU keeps that: the ends of every
// channel's results come from the ends of its values. Nothing if there may be a NaN among them, which has no place
// between ends.
std::optional<kernels::Range> BatchNorm::deferred_range() const {
  if (!values_.sum().isFinite().all()) return std::nullopt;
  Eigen::ArrayXXf ends(channels_, 2);
  ends.col(0) = values_.extremes().low();
  ends.col(1) = values_.extremes().high();
  Eigen::ArrayXXf results(channels_, 2);
  for (int end = 0; end < 2; ++end)
    kernels::active_norm().normalise(ends.col(end).data(), nullptr, 1, channels_, output_.slope.data(),
                                     output_.offset.data(), then_.relu, results.col(end).data());
  return kernels::active().range(results.data(), results.size());
}

void BatchNorm::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const bool knows_range = defers_output_ && !context.images_alone;
  const Tensor& x = *inputs[0];
  if (!values_.is_started() && (context.training || knows_range)) {
    values_.start_on(x);
    tell_all(values_, x, *context.threads);
  }
  if (context.training) {
    use_batch_statistics(static_cast<double>(x.size() / channels_));
  } else {
    mean_ = running_mean_.cast<double>();
    inv_std_ = (running_var_.cast<double>() + kEpsilon).sqrt().inverse();
  }
  const Eigen::ArrayXd slope = gamma_.value.cast<double>() * inv_std_;
  output_.x = &x;
  output_.residual = then_.add ? inputs[1] : nullptr;
  output_.slope = across_row(slope, x.width);
  output_.offset = across_row(beta_.value.cast<double>() - mean_ * slope, x.width);
  if (defers_output_) {
    out.defer(output_);
    if (knows_range) out.range = deferred_range();
  } else {
    out.resize(x);
    write_rows(output_, out, *context.threads);
  }
  values_.finish();
  kernels::GradientMask mask;
  if (then_.relu && then_.add) mask.output = out.values.data();
  if (then_.relu && !then_.add) mask = {nullptr, output_.slope.data(), output_.offset.data()};
  gradients_.expect(x, mask);
}

void BatchNorm::backward(const std::vector<const Tensor*>& inputs, const Tensor&, Tensor& out_grad,
                         const std::vector<Tensor*>& input_grads, StepContext& context) {
  const Tensor& x = *inputs[0];
  const auto count = static_cast<double>(x.size() / channels_);
  if (!gradients_.is_started()) {
    gradients_.start(out_grad);
    tell_all(gradients_, x, *context.threads);
  }
  gradients_.finish();
  const Eigen::ArrayXd beta_grad = gradients_.sum();
  const Eigen::ArrayXd gamma_grad = (gradients_.product() - mean_ * beta_grad) * inv_std_;
  gamma_.gradient = gamma_grad.cast<float>();
  beta_.gradient = beta_grad.cast<float>();

  Tensor* d = &out_grad;
  if (then_.add && input_grads[1]) {
    d = input_grads[1];
    d->resize(x);
    d->values.swap(out_grad.values);
  }
  if (!input_grads[0]) return;
  // dx = slope * (dy - mean(dy) - xhat * mean(dy * xhat)) as dy * slope + x * factor + offset.
  const Eigen::ArrayXd slope = gamma_.value.cast<double>() * inv_std_;
  const Eigen::ArrayXd factor = -slope * inv_std_ * gamma_grad / count;
  input_gradient_.x = &x;
  input_gradient_.d = d;
  input_gradient_.x_extremes = &values_.extremes();
  input_gradient_.d_extremes = &gradients_.extremes();
  input_gradient_.slope = across_row(slope, x.width);
  input_gradient_.factor = across_row(factor, x.width);
  input_gradient_.offset = across_row(-slope * beta_grad / count - factor * mean_, x.width);
  if (defers_gradient_) {
    input_grads[0]->defer(input_gradient_);
  } else {
    input_grads[0]->resize(x);
    write_rows(input_gradient_, *input_grads[0], *context.threads);
  }
}

}  // namespace ampa::nn
