#include "plain_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plain_newer.h"
#include "plain_windows.h"

namespace ampa::network_fuzz {
namespace {

using ir::Shape;

template <typename T>
class Step {
 public:
  Step(const Case& fuzzed, const Tensors& given, const Tensors* before, std::int64_t index, Jitter jitter)
      : layers_(fuzzed.network.layers),
        images_(fuzzed.batch_size),
        given_(given),
        before_(before),
        jitter_(jitter),
        is_quantized_(fuzzed.widths != Widths::kFp32),
        newer_({&layers_, fuzzed.network.input, images_, fuzzed.seed, index},
               {[this](const std::string& name) { return take(given_, name + ".before"); },
                [this](const std::string& name, const Values<T>& gradient) { update(name, gradient); },
                [this](T magnitude) { return noise(magnitude); },
                [this](const Layer& layer, const char* kind, const Values<T>& own) {
                  // A product of two activations reads the second quantization alone where there are two.
                  const bool is_second = given_.count(layer.name + ".data_" + (kind + 1) + ".values") > 0;
                  return quantized(layer, is_second ? ".data_gradient" : kind, own);
                },
                &result_.has_kink}) {}

  PlainStep run(const Case& fuzzed, std::int64_t index) {
    const ir::Tensor images = images_of(fuzzed, index);
    for (std::int64_t i = 0; i < images.size(); ++i) input_.push_back(T(jitter_(images.values[i])));
    for (const Layer& layer : layers_) {
      y_.emplace_back(size(layer.out), T(0));
      forward(layer, y_.back());
    }
    loss(labels_of(fuzzed, index), fuzzed.network.num_classes);
    for (std::size_t i = layers_.size(); i-- > 0;) backward(layers_[i], y_[i], dy_[i]);
    return std::move(result_);
  }

 private:
  std::size_t size(Shape shape) const { return static_cast<std::size_t>(images_ * shape.size()); }
  const Values<T>& value(int input) const { return input < 0 ? input_ : y_[static_cast<std::size_t>(input)]; }
  std::vector<const Values<T>*> inputs_of(const Layer& layer) const {
    std::vector<const Values<T>*> all;
    for (const int input : layer.inputs) all.push_back(&value(input));
    return all;
  }
  std::vector<Values<T>*> gradients_of_inputs(const Layer& layer) {
    input_gradient_.resize(input_.size());
    std::vector<Values<T>*> all;
    for (const int input : layer.inputs)
      all.push_back(input < 0 ? &input_gradient_ : &dy_[static_cast<std::size_t>(input)]);
    return all;
  }
  void keep(const std::string& name, const Values<T>& values) {
    result_.tensors[name] = {values.begin(), values.end()};
  }
  Values<T> take(const Tensors& from, const std::string& name) {
    Values<T> values;
    for (const double x : from.at(name)) values.push_back(T(jitter_(x)));
    return values;
  }
  // What a layer computes with in place of `own`.
  Values<T> quantized(const Layer& layer, const char* kind, const Values<T>& own) {
    const std::string name = layer.name + kind;
    if (!layer.quantized || !is_quantized_) return own;
    if (own.empty()) return take(given_, name + ".values");
    keep(name + ".input", own);
    return take(given_, name + ".values");
  }
  T largest(const Values<T>& values) const {
    T most = 0;
    for (const T x : values) most = std::max(most, std::abs(x));
    return most;
  }

  void forward(const Layer& layer, Values<T>& y) {
    const Values<T>& x = value(layer.inputs[0]);
    const auto c_in = static_cast<std::size_t>(layer.in.channels), c_out = static_cast<std::size_t>(layer.out.channels);
    switch (type_of(layer)) {
      case LayerType::kConv2d:
      case LayerType::kLinear:
      case LayerType::kTokenLinear:
      case LayerType::kConvTranspose2d: {
        const Values<T> a = quantized(layer, ".activation", x);
        const Values<T> w = layer.quantized && is_quantized_ ? quantized(layer, ".weight", {})
                                                             : take(given_, layer.name + ".weight.before");
        for_each_product(layer, images_, [&](std::size_t o, std::size_t i, std::size_t k) { y[o] += a[i] * w[k]; });
        if (!has_bias(layer)) break;
        const Values<T> bias = take(given_, layer.name + ".bias.before");
        for (std::size_t i = 0; i < y.size(); ++i) y[i] += bias[i % c_out];
        break;
      }
      case LayerType::kBatchNorm:
        norm(layer, x, y);
        break;
      case LayerType::kRelu: {
        const T near = largest(x) * T(1e-5);
        for (std::size_t i = 0; i < y.size(); ++i) {
          y[i] = std::max(x[i], T(0));
          if (x[i] != 0 && std::abs(x[i]) < near) result_.has_kink = true;
        }
        break;
      }
      case LayerType::kAdd:
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[i] + value(layer.inputs[1])[i];
        break;
      case LayerType::kShortcutPad:
        for_each_shortcut(layer, images_, [&](std::size_t o, std::size_t i) { y[o] = x[i]; });
        break;
      case LayerType::kMaxPool: {
        std::fill(y.begin(), y.end(), -std::numeric_limits<T>::infinity());
        for_each_tap(layer, images_, [&](std::size_t o, std::size_t i, std::size_t) {
          for (std::size_t c = 0; c < c_in; ++c) y[o * c_out + c] = std::max(y[o * c_out + c], x[i * c_in + c]);
        });
        const T near = largest(x) * T(1e-5);
        for_each_tap(layer, images_, [&](std::size_t o, std::size_t i, std::size_t) {
          for (std::size_t c = 0; c < c_in; ++c)
            if (const T gap = y[o * c_out + c] - x[i * c_in + c]; gap != 0 && gap < near) result_.has_kink = true;
        });
        break;
      }
      case LayerType::kAveragePool:
      case LayerType::kGlobalAveragePool:
        for_each_tap(layer, images_, [&](std::size_t o, std::size_t i, std::size_t) {
          for (std::size_t c = 0; c < c_in; ++c) y[o * c_out + c] += x[i * c_in + c] / window_size(layer);
        });
        break;
      case LayerType::kNewer:
        newer_.forward(layer, inputs_of(layer), y);
        break;
    }
    if (&layer == &layers_.back()) keep("logits", y);
  }

  static T window_size(const Layer& layer) {
    return T(type_of(layer) == LayerType::kGlobalAveragePool ? layer.in.height * layer.in.width
                                                             : layer.kernel * layer.kernel);
  }

  struct Statistics {
    T mean = 0, var = 0;
  };
  T noise(T magnitude) { return T(jitter_.noise(static_cast<double>(magnitude))); }

  Statistics statistics(const Values<T>& x, std::size_t channel, std::size_t channels) {
    const auto count = T(x.size() / channels);
    Statistics found;
    for (std::size_t i = channel; i < x.size(); i += channels) found.mean += x[i] / count;
    for (std::size_t i = channel; i < x.size(); i += channels)
      found.var += (x[i] - found.mean) * (x[i] - found.mean) / count;
    // Equal values x have none, but x^2, rounded to FP32, leaves up to 2^-24 x^2, which counts against epsilon: by just
    // that the product differed in the networks of seeds 1389 and 1621. Noise below 0, if cut off, would not show it.
    found.var = std::abs(found.var + noise(found.mean * found.mean + found.var));
    return found;
  }

  void norm(const Layer& layer, const Values<T>& x, Values<T>& y) {
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    const Values<T> gamma = take(given_, layer.name + ".gamma.before"),
                    beta = take(given_, layer.name + ".beta.before");
    Values<T> mean(channels, T(0)), var(channels, T(1));
    if (before_) {
      mean = take(*before_, layer.name + ".running_mean");
      var = take(*before_, layer.name + ".running_var");
    }
    const auto count = T(x.size() / channels);
    for (std::size_t c = 0; c < channels; ++c) {
      const Statistics found = statistics(x, c, channels);
      const T slope = gamma[c] / std::sqrt(found.var + T(1e-5));
      for (std::size_t i = c; i < x.size(); i += channels)
        y[i] = slope * (x[i] - found.mean) + beta[c] + noise(std::abs(slope) * (std::abs(x[i]) + std::abs(found.mean)));
      mean[c] = T(0.9) * mean[c] + T(0.1) * found.mean;
      var[c] = T(0.9) * var[c] + T(0.1) * found.var * (count > 1 ? count / (count - 1) : T(1));
    }
    keep(layer.name + ".running_mean", mean);
    keep(layer.name + ".running_var", var);
  }

  void loss(const std::vector<std::uint8_t>& labels, std::int64_t num_classes) {
    const auto classes = static_cast<std::size_t>(num_classes);
    for (const Layer& layer : layers_) dy_.emplace_back(size(layer.out), T(0));
    T sum = 0;
    for (std::size_t n = 0; n < labels.size(); ++n) {
      const T* const z = y_.back().data() + n * classes;
      const T most = *std::max_element(z, z + classes);
      T powers = 0;
      for (std::size_t c = 0; c < classes; ++c) powers += std::exp(z[c] - most);
      sum += std::log(powers) - (z[labels[n]] - most);
      for (std::size_t c = 0; c < classes; ++c)
        dy_.back()[n * classes + c] = (std::exp(z[c] - most) / powers - T(c == labels[n] ? 1 : 0)) / T(labels.size());
    }
    keep("loss", {sum});
    keep("logits.gradient", dy_.back());
  }

  void backward(const Layer& layer, const Values<T>& y, const Values<T>& dy) {
    const Values<T>& x = value(layer.inputs[0]);
    Values<T> unused(layer.inputs[0] < 0 ? x.size() : 0, T(0));
    Values<T>& dx = layer.inputs[0] < 0 ? unused : dy_[static_cast<std::size_t>(layer.inputs[0])];
    const auto c_in = static_cast<std::size_t>(layer.in.channels), c_out = static_cast<std::size_t>(layer.out.channels);
    switch (type_of(layer)) {
      case LayerType::kConv2d:
      case LayerType::kLinear:
      case LayerType::kTokenLinear:
      case LayerType::kConvTranspose2d:
        backward_conv(layer, x, dy, dx);
        break;
      case LayerType::kBatchNorm:
        backward_norm(layer, x, dy, dx);
        break;
      case LayerType::kRelu:
        for (std::size_t i = 0; i < x.size(); ++i)
          if (x[i] > 0) dx[i] += dy[i];
        break;
      case LayerType::kAdd:
        for (std::size_t i = 0; i < dy.size(); ++i) {
          dx[i] += dy[i];
          if (layer.inputs[1] >= 0) dy_[static_cast<std::size_t>(layer.inputs[1])][i] += dy[i];
        }
        break;
      case LayerType::kShortcutPad:
        for_each_shortcut(layer, images_, [&](std::size_t o, std::size_t i) { dx[i] += dy[o]; });
        break;
      case LayerType::kMaxPool: {
        std::vector<bool> given(dy.size(), false);
        for_each_tap(layer, images_, [&](std::size_t o, std::size_t i, std::size_t) {
          for (std::size_t c = 0; c < c_in; ++c) {
            if (given[o * c_out + c] || x[i * c_in + c] != y[o * c_out + c]) continue;
            given[o * c_out + c] = true;
            dx[i * c_in + c] += dy[o * c_out + c];
          }
        });
        break;
      }
      case LayerType::kAveragePool:
      case LayerType::kGlobalAveragePool:
        for_each_tap(layer, images_, [&](std::size_t o, std::size_t i, std::size_t) {
          for (std::size_t c = 0; c < c_in; ++c) dx[i * c_in + c] += dy[o * c_out + c] / window_size(layer);
        });
        break;
      case LayerType::kNewer:
        newer_.backward(layer, inputs_of(layer), y, dy, gradients_of_inputs(layer));
        break;
    }
  }

  void backward_conv(const Layer& layer, const Values<T>& x, const Values<T>& dy, Values<T>& dx) {
    const bool integer = layer.quantized && is_quantized_;
    const Values<T> g = quantized(layer, ".gradient", dy);
    const Values<T> a = integer ? take(given_, layer.name + ".activation.values") : x;
    const Values<T> w = take(given_, layer.name + (integer ? ".weight.values" : ".weight.before"));
    const bool is_second = integer && given_.count(layer.name + ".data_gradient.values") > 0;
    const Values<T> of_data = is_second ? quantized(layer, ".data_gradient", dy) : g;
    Values<T> dw(w.size(), T(0));
    for_each_product(layer, images_, [&](std::size_t o, std::size_t i, std::size_t k) {
      dx[i] += of_data[o] * w[k];
      dw[k] += g[o] * a[i];
    });
    update(layer.name + ".weight", dw);
    if (!has_bias(layer)) return;
    Values<T> db(static_cast<std::size_t>(layer.out.channels), T(0));
    for (std::size_t i = 0; i < dy.size(); ++i) db[i % db.size()] += dy[i];
    update(layer.name + ".bias", db);
  }

  void backward_norm(const Layer& layer, const Values<T>& x, const Values<T>& dy, Values<T>& dx) {
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    const Values<T> gamma = take(given_, layer.name + ".gamma.before");
    const auto count = T(x.size() / channels);
    Values<T> d_gamma(channels, T(0)), d_beta(channels, T(0));
    for (std::size_t c = 0; c < channels; ++c) {
      const Statistics found = statistics(x, c, channels);
      const T inv = 1 / std::sqrt(found.var + T(1e-5));
      T size = 0, product_size = 0;  // of the terms
      for (std::size_t i = c; i < x.size(); i += channels) {
        d_beta[c] += dy[i];
        d_gamma[c] += dy[i] * (x[i] - found.mean) * inv;
        size += std::abs(dy[i]);
        product_size += std::abs(dy[i]) * (std::abs(x[i]) + std::abs(found.mean)) * inv;
      }
      d_beta[c] += noise(size);
      d_gamma[c] += noise(product_size);
      const T slope = gamma[c] * inv;
      for (std::size_t i = c; i < x.size(); i += channels) {
        const T factor = inv * d_gamma[c] / count;
        dx[i] += slope * (dy[i] - d_beta[c] / count - (x[i] - found.mean) * factor) +
                 noise(std::abs(slope) *
                       (std::abs(dy[i]) + size / count + (std::abs(x[i]) + std::abs(found.mean)) * std::abs(factor)));
      }
    }
    update(layer.name + ".gamma", d_gamma);
    update(layer.name + ".beta", d_beta);
  }

  // Gradient descent with momentum and weight decay.
  void update(const std::string& name, const Values<T>& gradient) {
    Values<T> value_now = take(given_, name + ".before"), velocity = take(given_, name + ".velocity.before");
    const T rate = T(SgdSettings::kRate * given_.at(name + ".rate_factor")[0]);
    velocity.resize(value_now.size(), T(0));
    for (std::size_t i = 0; i < value_now.size(); ++i)
      value_now[i] -=
          rate * (T(SgdSettings::kMomentum) * velocity[i] + gradient[i] + T(SgdSettings::kWeightDecay) * value_now[i]);
    keep(name + ".gradient", gradient);
    keep(name, value_now);
  }

  const std::vector<Layer>& layers_;
  std::int64_t images_;
  const Tensors& given_;
  const Tensors* before_;
  Jitter jitter_;
  bool is_quantized_;
  Values<T> input_;
  std::vector<Values<T>> y_, dy_;
  Values<T> input_gradient_;  // that nobody asks for
  PlainNewer<T> newer_;
  PlainStep result_;
};

}  // namespace

template <typename T>
PlainStep plain_step(const Case& fuzzed, const Tensors& step, const Tensors* before, std::int64_t index,
                     Jitter jitter) {
  return Step<T>(fuzzed, step, before, index, jitter).run(fuzzed, index);
}

template PlainStep plain_step<double>(const Case&, const Tensors&, const Tensors*, std::int64_t, Jitter);
template PlainStep plain_step<float>(const Case&, const Tensors&, const Tensors*, std::int64_t, Jitter);

}  // namespace ampa::network_fuzz
