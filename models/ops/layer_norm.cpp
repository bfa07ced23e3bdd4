// layer_norm: normalisation over the channels of every position (Ba et al. 2016), y = gamma * (x - mean) / sqrt(var +
// epsilon) + beta with the biased variance; the same in training and evaluation. Rule N4 of NUMERICS.md.
#include <cmath>
#include <memory>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/channel_sums.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct State {
  State(double e, ir::Parameter& g, ir::Parameter& b) : epsilon(e), gamma(g), beta(b) {}

  double epsilon;
  ir::Parameter &gamma, &beta;
  std::vector<float> mean, inv_std;  // of every position of the last batch
};
using SharedState = std::shared_ptr<State>;

class Normalise : public ir::Instruction {
 public:
  Normalise(SharedState state, ir::ValueId x, ir::ValueId y) : Instruction({x}, {y}), state_(std::move(state)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x);
    const std::int64_t positions = x.height * x.width;
    state_->mean.resize(static_cast<std::size_t>(x.images * positions));
    state_->inv_std.resize(state_->mean.size());
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      for (std::int64_t i = 0; i < positions; ++i)
        normalise(x.image(image) + i * x.channels, x.channels, static_cast<std::size_t>(image * positions + i),
                  out.image(image) + i * x.channels);
    });
  }

 private:
  void normalise(const float* x, std::int64_t channels, std::size_t position, float* y) {
    State& s = *state_;
    const auto count = static_cast<double>(channels);
    const double mean = sum_over_channels(channels, [&](std::int64_t c) { return double{x[c]}; }) / count;
    const double var =
        sum_over_channels(channels, [&](std::int64_t c) { return (x[c] - mean) * (x[c] - mean); }) / count;
    const auto center = s.mean[position] = static_cast<float>(mean);
    const auto factor = s.inv_std[position] = static_cast<float>(1 / std::sqrt(var + s.epsilon));
    const float *gamma = s.gamma.value.data(), *beta = s.beta.value.data();
    for (std::int64_t c = 0; c < channels; ++c) y[c] = (x[c] - center) * factor * gamma[c] + beta[c];
  }

  SharedState state_;
};

class InputGradient : public ir::Instruction {
 public:
  InputGradient(SharedState state, ir::ValueId d, ir::ValueId x, ir::ValueId target)
      : Instruction({d, x}, {target}), state_(std::move(state)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &x = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(x);
    const std::int64_t positions = x.height * x.width;
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      for (std::int64_t i = 0; i < positions; ++i)
        differentiate(d.image(image) + i * x.channels, x.image(image) + i * x.channels, x.channels,
                      static_cast<std::size_t>(image * positions + i), target.image(image) + i * x.channels);
    });
  }

 private:
  // dx = inv_std * (g - mean(g) - xhat * mean(g * xhat)) with g = dy * gamma.
  void differentiate(const float* dy, const float* x, std::int64_t channels, std::size_t position, float* dx) const {
    const State& s = *state_;
    const auto count = static_cast<double>(channels);
    const float center = s.mean[position], factor = s.inv_std[position];
    const float* gamma = s.gamma.value.data();
    const auto xhat = [&](std::int64_t c) { return (x[c] - center) * factor; };
    const auto mean = static_cast<float>(
        sum_over_channels(channels, [&](std::int64_t c) { return double{dy[c] * gamma[c]}; }) / count);
    const auto slope = static_cast<float>(
        sum_over_channels(channels, [&](std::int64_t c) { return double{dy[c] * gamma[c]} * double{xhat(c)}; }) /
        count);
    for (std::int64_t c = 0; c < channels; ++c) dx[c] = factor * ((dy[c] * gamma[c] - mean) - xhat(c) * slope);
  }

  SharedState state_;
};

class ParameterGradients : public ir::Instruction {
 public:
  ParameterGradients(SharedState state, ir::ValueId d, ir::ValueId x)
      : Instruction({d, x}, {}), state_(std::move(state)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    State& s = *state_;
    const ir::Tensor &d = frame.at(reads()[0]), &x = frame.at(reads()[1]);
    const std::int64_t positions = x.height * x.width, channels = x.channels;
    Eigen::ArrayXf both(2 * channels);
    sum_over_images(x.images, *context.threads, both, [&](std::int64_t image, double* sums) {
      for (std::int64_t i = 0; i < positions; ++i) {
        const float *dy = d.image(image) + i * channels, *values = x.image(image) + i * channels;
        const auto position = static_cast<std::size_t>(image * positions + i);
        const float center = s.mean[position], factor = s.inv_std[position];
        for (std::int64_t c = 0; c < channels; ++c) {
          sums[c] += double{dy[c]} * double{(values[c] - center) * factor};
          sums[channels + c] += dy[c];
        }
      }
    });
    s.gamma.gradient = both.head(channels);
    s.beta.gradient = both.tail(channels);
  }

 private:
  SharedState state_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.number(layer, "epsilon", NumberRange::above(0, 1), 1e-5);
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  ir::Parameter& gamma = builder.parameter(layer.name + ".gamma", {layer.in.channels});
  gamma.value.setOnes();
  ir::Parameter& beta = builder.parameter(layer.name + ".beta", {layer.in.channels});
  const auto state = std::make_shared<State>(layer.number("epsilon"), gamma, beta);
  const ir::ValueId x = inputs[0], y = builder.value(layer.name, layer.out);
  builder.emit<Normalise>(state, x, y);
  builder.backward(y, [=](ir::Gradients& gradients, ir::ValueId d) {
    gradients.emit<ParameterGradients>(state, d, x);
    gradients.write(x, [&](ir::ValueId target) { gradients.emit<InputGradient>(state, d, x, target); });
  });
  return y;
}

}  // namespace

const Op kLayerNorm = {"layer_norm", 1, read, expand};

}  // namespace ampa::ops
