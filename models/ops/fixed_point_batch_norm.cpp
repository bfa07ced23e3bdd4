#include "ops/fixed_point_batch_norm.h"

#include <cmath>
#include <memory>
#include <vector>

#include "quant/tensor_rule.h"

namespace ampa::ops {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr Bits kValueBits = 8;
constexpr int kStatisticsBits = 16, kGradientBits = 15;

float on_grid(float x, int bits) {
  const float steps = std::ldexp(1.0f, bits - 1);
  return std::nearbyint(x * steps) / steps;
}

// What the two instructions of a layer share.
struct State {
  NormParameters parameters;
  ir::FloatArray normalised;       // h
  std::vector<float> inv_std;      // r of every channel
  std::vector<float> gamma, beta;  // on the grid
};
using SharedState = std::shared_ptr<State>;

// The sums over all positions of what term(element, channel) gives, by channel.
template <typename Term>
std::vector<double> channel_sums(const quant::FloatShape& shape, ThreadPool& threads, const Term& term) {
  const std::int64_t channels = shape.channels, image_size = shape.image_size();
  const auto count = static_cast<std::size_t>(channels);
  std::vector<double> parts(static_cast<std::size_t>(shape.images) * count, 0.0), sums(count, 0.0);
  threads.for_each_part(shape.images, [&](std::int64_t image) {
    double* const part = parts.data() + image * channels;
    for (std::int64_t i = 0; i < image_size; ++i) part[i % channels] += term(image * image_size + i, i % channels);
  });
  for (std::size_t i = 0; i < parts.size(); ++i) sums[i % count] += parts[i];
  return sums;
}

template <typename Visit>
void for_each_element(const quant::FloatShape& shape, ThreadPool& threads, const Visit& visit) {
  threads.for_each_part(shape.images, [&](std::int64_t image) {
    const std::int64_t first = image * shape.image_size();
    for (std::int64_t i = 0; i < shape.image_size(); ++i)
      visit(first + i, static_cast<std::size_t>(i % shape.channels));
  });
}

class Normalise : public ir::Instruction {
 public:
  Normalise(SharedState state, ir::ValueId x, ir::ValueId y) : Instruction({x}, {y}), state_(std::move(state)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    State& s = *state_;
    const ir::Tensor& x = frame.at(reads()[0]);
    const auto channels = static_cast<std::size_t>(x.channels);
    if (context.training) use_batch_statistics(x, context.norm_momentum, *context.threads);
    std::vector<float> mean(channels);
    s.inv_std.resize(channels);
    s.gamma.resize(channels);
    s.beta.resize(channels);
    for (std::size_t c = 0; c < channels; ++c) {
      const auto index = static_cast<Eigen::Index>(c);
      const double m = context.training ? mean_[c] : double{s.parameters.running_mean[index]};
      const double v = context.training ? variance_[c] : double{s.parameters.running_var[index]};
      mean[c] = on_grid(static_cast<float>(m), kStatisticsBits);
      const float variance = on_grid(static_cast<float>(v), kStatisticsBits);
      s.inv_std[c] = static_cast<float>(1 / std::sqrt(double{variance} + kEpsilon));
      s.gamma[c] = on_grid(s.parameters.gamma.value[index], kValueBits);
      s.beta[c] = on_grid(s.parameters.beta.value[index], kValueBits);
    }
    ir::Tensor& y = frame[writes()[0]];
    y.resize(x);
    s.normalised.resize(x.size());
    for_each_element(x, *context.threads, [&](std::int64_t i, std::size_t c) {
      s.normalised[i] = on_grid((x.values[i] - mean[c]) * s.inv_std[c], kValueBits);
      y.values[i] = s.normalised[i] * s.gamma[c] + s.beta[c];
    });
  }

 private:
  // In two passes: the variance is that about the mean.
  void use_batch_statistics(const ir::Tensor& x, double share, ThreadPool& threads) {
    const auto count = static_cast<double>(x.size() / x.channels);
    mean_ = channel_sums(x, threads, [&](std::int64_t i, std::int64_t) { return double{x.values[i]}; });
    for (double& mean : mean_) mean /= count;
    variance_ = channel_sums(x, threads, [&](std::int64_t i, std::int64_t c) {
      const double distance = double{x.values[i]} - mean_[static_cast<std::size_t>(c)];
      return distance * distance;
    });
    for (double& variance : variance_) variance /= count;
    const double unbiased = count > 1 ? count / (count - 1) : 1;
    const NormParameters& p = state_->parameters;
    for (std::size_t c = 0; c < mean_.size(); ++c) {
      const auto i = static_cast<Eigen::Index>(c);
      p.running_mean[i] = static_cast<float>(double{p.running_mean[i]} * (1 - share) + mean_[c] * share);
      p.running_var[i] = static_cast<float>(double{p.running_var[i]} * (1 - share) + variance_[c] * (unbiased * share));
    }
  }

  SharedState state_;
  std::vector<double> mean_, variance_;
};

class Gradient : public ir::Instruction {
 public:
  Gradient(SharedState state, ir::ValueId d, std::vector<ir::ValueId> target)
      : Instruction({d}, std::move(target)), state_(std::move(state)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    State& s = *state_;
    const ir::Tensor& d = frame.at(reads()[0]);
    const std::vector<float> values = on_shifted_grid(d, *context.threads);
    const auto value = [&](std::int64_t i) { return values[static_cast<std::size_t>(i)]; };
    const std::vector<double> sums =
        channel_sums(d, *context.threads, [&](std::int64_t i, std::int64_t) { return double{value(i)}; });
    const std::vector<double> products = channel_sums(
        d, *context.threads, [&](std::int64_t i, std::int64_t) { return double{value(i)} * double{s.normalised[i]}; });
    const auto count = static_cast<double>(d.size() / d.channels);
    std::vector<float> slope, sum_mean, product_mean;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      const auto i = static_cast<Eigen::Index>(c);
      s.parameters.gamma.gradient[i] = on_grid(static_cast<float>(products[c]), kGradientBits);
      s.parameters.beta.gradient[i] = on_grid(static_cast<float>(sums[c]), kGradientBits);
      slope.push_back(s.gamma[c] * s.inv_std[c]);
      sum_mean.push_back(static_cast<float>(sums[c] / count));
      product_mean.push_back(static_cast<float>(products[c] / count));
    }
    if (writes().empty()) return;
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d);
    for_each_element(d, *context.threads, [&](std::int64_t i, std::size_t c) {
      target.values[i] = slope[c] * ((value(i) - sum_mean[c]) - s.normalised[i] * product_mean[c]);
    });
  }

 private:
  static std::vector<float> on_shifted_grid(const ir::Tensor& d, ThreadPool& threads) {
    const quant::FloatView view = d.view();
    const numerics::QuantParams params =
        numerics::scale_form("power_of_two", "batch norm").params(quant::measure_range(view, threads), kValueBits);
    std::vector<float> values(static_cast<std::size_t>(d.size()));
    for_each_element(d, threads, [&](std::int64_t i, std::size_t) {
      values[static_cast<std::size_t>(i)] =
          numerics::dequantize(numerics::quantize_nearest(d.values[i], params), params);
    });
    return values;
  }

  SharedState state_;
};

}  // namespace

ir::ValueId expand_fixed_point_batch_norm(const ir::Layer& layer, const NormParameters& parameters, ir::ValueId input,
                                          ir::Builder& builder) {
  const auto state = std::make_shared<State>(State{parameters, {}, {}, {}, {}});
  const ir::ValueId output = builder.value(layer.name, layer.out);
  builder.emit<Normalise>(state, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId d) {
    if (!gradients.wants(input)) gradients.emit<Gradient>(state, d, std::vector<ir::ValueId>{});
    gradients.write(input,
                    [&](ir::ValueId target) { gradients.emit<Gradient>(state, d, std::vector<ir::ValueId>{target}); });
  });
  return output;
}

}  // namespace ampa::ops
