// batch_norm: normalisation over images and positions, per channel. Training: y = gamma * (x - mean) / sqrt(var + 1e-5)
// + beta with the batch's mean and biased variance; the running statistics take StepContext::norm_momentum, by default
// a tenth, of the batch's mean and unbiased variance. Inference uses the running statistics.
#include <cmath>
#include <memory>

#include "ir/builder.h"
#include "ops/batch_norm_rows.h"
#include "ops/fixed_point_batch_norm.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

constexpr double kEpsilon = 1e-5;

// What the four instructions of a layer share.
struct State {
  State(std::int64_t num_channels, ir::Parameter& g, ir::Parameter& b, Eigen::ArrayXf& m, Eigen::ArrayXf& v)
      : channels(num_channels), gamma(g), beta(b), running_mean(m), running_var(v) {}

  std::int64_t channels;
  ir::Parameter &gamma, &beta;
  Eigen::ArrayXf &running_mean, &running_var;

  ValueStatistics values;        // of the last batch that was gathered
  Eigen::ArrayXd mean, inv_std;  // that the last forward pass used
  NormalisedRows output;
  ir::ValueId output_value = 0;
  bool has_residual = false;
  bool knows_range_of_output = false;  // its range follows from the extremes of the values
};
using SharedState = std::shared_ptr<State>;

// Tells a consumer of all rows of a value that nobody told it of.
void take_all(ir::RowConsumer& consumer, ir::Frame& frame, ir::ValueId value, ThreadPool& threads) {
  consumer.start(frame, value);
  const ir::Tensor& tensor = frame.at(value);
  threads.for_each_part(tensor.images, [&](std::int64_t image) { consumer.on_rows(image, 0, tensor.height); });
}

// A per-channel coefficient repeated for every position of a row.
Eigen::ArrayXf across_row(const Eigen::ArrayXd& coefficient, std::int64_t width) {
  return coefficient.cast<float>().replicate(width, 1);
}

// sum x, sum x^2 and the extremes of x.
class GatherValues : public ir::Instruction {
 public:
  GatherValues(SharedState state, ir::ValueId x) : Instruction({x}, {}), state_(std::move(state)) {}
  ir::RowConsumer* row_consumer() override { return &state_->values; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const bool is_needed = context.training || (state_->knows_range_of_output && !context.images_alone);
    if (is_needed && !state_->values.is_started()) take_all(state_->values, frame, reads()[0], *context.threads);
    state_->values.finish();
  }

 private:
  SharedState state_;
};

class Normalise : public ir::Instruction {
 public:
  Normalise(SharedState state, ir::ValueId x, ir::ValueId y) : Instruction({x}, {y}), state_(std::move(state)) {
    state_->output_value = y;
  }

  bool absorb(ir::Pointwise next, ir::ValueId other, ir::ValueId result) override {
    if (state_->output.rectify != kernels::Rectify::kNone || (next == ir::Pointwise::kAdd && state_->has_residual))
      return false;
    if (next == ir::Pointwise::kAdd) {
      reads_.push_back(other);
      state_->has_residual = true;
    }
    if (next == ir::Pointwise::kRelu) state_->output.rectify = kernels::Rectify::kRelu;
    if (next == ir::Pointwise::kRelu6) state_->output.rectify = kernels::Rectify::kRelu6;
    writes_ = {result};
    state_->output_value = result;
    return true;
  }

  // What something is added to cannot wait: the other term may change.
  bool defer() override {
    state_->knows_range_of_output = !state_->has_residual;
    return state_->knows_range_of_output;
  }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    if (context.training) {
      use_batch_statistics(static_cast<double>(x.size() / state_->channels), context.norm_momentum);
    } else {
      state_->mean = state_->running_mean.cast<double>();
      state_->inv_std = (state_->running_var.cast<double>() + kEpsilon).sqrt().inverse();
    }
    const Eigen::ArrayXd slope = state_->gamma.value.cast<double>() * state_->inv_std;
    NormalisedRows& rows = state_->output;
    rows.x = &x;
    rows.residual = state_->has_residual ? &frame.at(reads()[1]) : nullptr;
    rows.slope = across_row(slope, x.width);
    rows.offset = across_row(state_->beta.value.cast<double>() - state_->mean * slope, x.width);
    ir::Tensor& out = frame[writes()[0]];
    if (state_->knows_range_of_output) {
      out.defer(rows);
      if (!context.images_alone) out.range = range_of_output();
    } else {
      out.resize(x);
      write_rows(rows, out, *context.threads);
    }
  }

 private:
  void use_batch_statistics(double count, double share) {
    State& s = *state_;
    s.mean = s.values.sum() / count;
    const Eigen::ArrayXd var = (s.values.square() / count - s.mean.square()).max(0.0);
    s.inv_std = (var + kEpsilon).sqrt().inverse();
    const double unbiased = count > 1 ? count / (count - 1) : 1;
    s.running_mean = (s.running_mean.cast<double>() * (1 - share) + s.mean * share).cast<float>();
    s.running_var = (s.running_var.cast<double>() * (1 - share) + var * (unbiased * share)).cast<float>();
  }

  // x * slope + offset, rounded after each operation, rises or falls with x, and ReLU keeps that: the ends of every
  // channel's results come from the ends of its values. Nothing if there may be a NaN among them, which has no place
  // between ends.
  std::optional<kernels::Range> range_of_output() const {
    const State& s = *state_;
    if (!s.values.sum().isFinite().all()) return std::nullopt;
    Eigen::ArrayXXf ends(s.channels, 2), results(s.channels, 2);
    ends.col(0) = s.values.extremes().low();
    ends.col(1) = s.values.extremes().high();
    for (int end = 0; end < 2; ++end)
      kernels::active_norm().normalise(ends.col(end).data(), nullptr, 1, s.channels, s.output.slope.data(),
                                       s.output.offset.data(), s.output.rectify, results.col(end).data());
    return kernels::active().range(results.data(), results.size());
  }

  SharedState state_;
};

// sum d, sum d * x and the extremes of d, where d is the gradient of the output.
class GatherGradients : public ir::Instruction {
 public:
  GatherGradients(SharedState state, ir::ValueId d, ir::ValueId x)
      : Instruction({d, x}, {}),
        state_(std::move(state)),
        statistics_(x, [this](const ir::Frame& frame) { return mask(frame); }) {}
  ir::RowConsumer* row_consumer() override { return &statistics_; }
  const GradientStatistics& statistics() const { return statistics_; }

  bool absorb_relu_gradient(ir::Pointwise relu, ir::ValueId relu_output) override {
    const bool is_rectified = state_->output.rectify != kernels::Rectify::kNone;
    const bool is_own = is_rectified && !state_->has_residual && relu_output == state_->output_value;
    below_six_ = relu == ir::Pointwise::kRelu6;
    mask_ = is_own ? Mask::kOwnRelu : Mask::kOther;
    if (!is_own) reads_.push_back(relu_output);
    writes_ = {reads_[0]};
    return true;
  }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    if (!statistics_.is_started()) take_all(statistics_, frame, reads()[0], *context.threads);
    statistics_.finish();
    if (mask_ != Mask::kNone) frame[writes()[0]].range.reset();  // that of the gradient before it was cleared
  }

 private:
  enum class Mask { kNone, kOwnRelu, kOther };

  // The output of a ReLU of x alone is computed again, another one's is read.
  kernels::GradientMask mask(const ir::Frame& frame) const {
    if (mask_ == Mask::kNone) return {};
    if (mask_ == Mask::kOther) return {frame.at(reads()[2]).values.data(), nullptr, nullptr, below_six_};
    return {nullptr, state_->output.slope.data(), state_->output.offset.data(), below_six_};
  }

  SharedState state_;
  GradientStatistics statistics_;
  Mask mask_ = Mask::kNone;
  bool below_six_ = false;
};

// The gradients of gamma and beta, and that of x if there is a target.
class InputGradient : public ir::Instruction {
 public:
  InputGradient(SharedState state, const GradientStatistics& gathered, ir::ValueId d, ir::ValueId x,
                std::vector<ir::ValueId> target)
      : Instruction({d, x}, std::move(target)), state_(std::move(state)), gathered_(gathered) {}

  bool defer() override { return is_deferred_ = true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    State& s = *state_;
    const ir::Tensor& x = frame.at(reads()[1]);
    const auto count = static_cast<double>(x.size() / s.channels);
    const Eigen::ArrayXd beta_grad = gathered_.sum();
    const Eigen::ArrayXd gamma_grad = (gathered_.product() - s.mean * beta_grad) * s.inv_std;
    s.gamma.gradient = gamma_grad.cast<float>();
    s.beta.gradient = beta_grad.cast<float>();
    if (writes().empty()) return;
    // dx = slope * (dy - mean(dy) - xhat * mean(dy * xhat)) as dy * slope + x * factor + offset.
    const Eigen::ArrayXd slope = s.gamma.value.cast<double>() * s.inv_std;
    const Eigen::ArrayXd factor = -slope * s.inv_std * gamma_grad / count;
    rows_.x = &x;
    rows_.d = &frame.at(reads()[0]);
    rows_.x_extremes = &s.values.extremes();
    rows_.d_extremes = &gathered_.extremes();
    rows_.slope = across_row(slope, x.width);
    rows_.factor = across_row(factor, x.width);
    rows_.offset = across_row(-slope * beta_grad / count - factor * s.mean, x.width);
    ir::Tensor& target = frame[writes()[0]];
    if (is_deferred_) return target.defer(rows_);
    target.resize(x);
    write_rows(rows_, target, *context.threads);
  }

 private:
  SharedState state_;
  const GradientStatistics& gathered_;
  InputGradientRows rows_;
  bool is_deferred_ = false;
};

void read(AttributeReader&, ir::Layer& layer) {
  layer.out = layer.in;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const std::int64_t channels = layer.in.channels;
  ir::Parameter& gamma = builder.of_width(builder.parameter(layer.name + ".gamma", {channels}));
  gamma.value.setOnes();
  ir::Parameter& beta = builder.of_width(builder.parameter(layer.name + ".beta", {channels}));
  Eigen::ArrayXf& running_mean = builder.buffer(layer.name + ".running_mean", channels, builder.of_width());
  Eigen::ArrayXf& running_var = builder.buffer(layer.name + ".running_var", channels, builder.of_width());
  running_var.setOnes();
  if (builder.recipe().fixed_point_batch_norm)
    return expand_fixed_point_batch_norm(layer, {gamma, beta, running_mean, running_var}, inputs[0], builder);
  const auto state = std::make_shared<State>(channels, gamma, beta, running_mean, running_var);
  const ir::ValueId x = inputs[0], y = builder.value(layer.name, layer.out);
  builder.emit<GatherValues>(state, x);
  builder.emit<Normalise>(state, x, y);
  builder.backward(y, [=](ir::Gradients& gradients, ir::ValueId d) {
    const GradientStatistics& gathered = gradients.emit<GatherGradients>(state, d, x).statistics();
    if (!gradients.wants(x)) gradients.emit<InputGradient>(state, gathered, d, x, std::vector<ir::ValueId>{});
    gradients.write(x, [&](ir::ValueId target) {
      gradients.emit<InputGradient>(state, gathered, d, x, std::vector<ir::ValueId>{target});
    });
  });
  return y;
}

}  // namespace

const Op kBatchNorm = {"batch_norm", 1, read, expand};

}  // namespace ampa::ops
