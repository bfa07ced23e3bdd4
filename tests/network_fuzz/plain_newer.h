// The layers of the plain model that even seeds draw, in plain loops and any number type.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "plain_moves.h"

namespace ampa::network_fuzz {

template <typename T>
using Values = std::vector<T>;

// What a layer needs of the step that it is a part of.
template <typename T>
struct PlainHost {
  std::function<Values<T>(const std::string& name)> take;  // a parameter before the step
  std::function<void(const std::string& name, const Values<T>& gradient)> update;
  std::function<T(T magnitude)> noise;
  // What a layer computes with in place of `own`; without one, what that was before.
  std::function<Values<T>(const Layer& layer, const char* kind, const Values<T>& own)> quantized;
  bool* has_kink = nullptr;
};

template <typename T>
class PlainNewer {
 public:
  using Inputs = std::vector<const Values<T>*>;
  using Gradients = std::vector<Values<T>*>;

  PlainNewer(const MoveContext& context, PlainHost<T> host) : context_(context), host_(std::move(host)) {}

  void forward(const Layer& layer, const Inputs& inputs, Values<T>& y) const {
    const Values<T>& x = *inputs[0];
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    if (layer.op == "relu6") {
      T most = 6;
      for (const T one : x) most = std::max(most, std::abs(one));
      for (std::size_t i = 0; i < y.size(); ++i) {
        y[i] = std::min(std::max(x[i], T(0)), T(6));
        for (const T kink : {T(0), T(6)})
          if (x[i] != kink && std::abs(x[i] - kink) < most * T(1e-5)) *host_.has_kink = true;
      }
    } else if (layer.op == "gelu") {
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[i] * phi(layer, x[i]);
    } else if (layer.op == "softmax") {
      for (std::size_t p = 0; p < x.size(); p += channels) softmax(x.data() + p, seen(layer, p), y.data() + p);
    } else if (layer.op == "layer_norm") {
      const Values<T> gamma = host_.take(layer.name + ".gamma"), beta = host_.take(layer.name + ".beta");
      for (std::size_t p = 0; p < x.size(); p += channels) {
        const Statistics s = statistics(layer, x.data() + p);
        for (std::size_t c = 0; c < channels; ++c)
          y[p + c] = (x[p + c] - s.mean) * s.inv_std * gamma[c] + beta[c] + s.noise[c] * gamma[c];
      }
    } else if (layer.op == "matmul") {
      const Values<T> a = host_.quantized(layer, kFirst, x), b = host_.quantized(layer, kSecond, *inputs[1]);
      for_each_product(layer, [&](std::size_t ia, std::size_t ib, std::size_t ic) { y[ic] += a[ia] * b[ib]; });
    } else if (layer.op == "embedding") {
      const Values<T> table = host_.take(layer.name + ".weight");
      const auto width = static_cast<std::size_t>(layer.out.channels);
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = table[row_of(x[i / width]) * width + i % width];
    } else {
      for_each_move(layer, context_, [&](std::size_t o, std::size_t input, std::size_t i, double weight) {
        y[o] += (*inputs[input])[i] * T(weight);
      });
      add_parameter(layer, y);
    }
  }

  void backward(const Layer& layer, const Inputs& inputs, const Values<T>& y, const Values<T>& dy,
                const Gradients& dx) const {
    const Values<T>& x = *inputs[0];
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    if (layer.op == "relu6") {
      for (std::size_t i = 0; i < y.size(); ++i)
        if (x[i] > 0 && x[i] < 6) (*dx[0])[i] += dy[i];
    } else if (layer.op == "gelu") {
      for (std::size_t i = 0; i < y.size(); ++i)
        (*dx[0])[i] += dy[i] * (phi(layer, x[i]) + x[i] * slope_of_phi(layer, x[i]));
    } else if (layer.op == "softmax") {
      for (std::size_t p = 0; p < x.size(); p += channels) {
        T mean = 0;
        for (std::size_t c = 0; c < channels; ++c) mean += dy[p + c] * y[p + c];
        for (std::size_t c = 0; c < channels; ++c) (*dx[0])[p + c] += y[p + c] * (dy[p + c] - mean);
      }
    } else if (layer.op == "layer_norm") {
      backward_norm(layer, x, dy, *dx[0]);
    } else if (layer.op == "matmul") {
      const Values<T> g = host_.quantized(layer, ".gradient", dy);
      Values<T> a = host_.quantized(layer, kFirst, {}), b = host_.quantized(layer, kSecond, {});
      if (a.empty()) a = x, b = *inputs[1];
      for_each_product(layer, [&](std::size_t ia, std::size_t ib, std::size_t ic) {
        (*dx[0])[ia] += g[ic] * b[ib];
        (*dx[1])[ib] += g[ic] * a[ia];
      });
    } else if (layer.op == "embedding") {
      const auto width = static_cast<std::size_t>(layer.out.channels);
      Values<T> gradient(static_cast<std::size_t>(layer.integer("vocabulary")) * width, T(0));
      for (std::size_t i = 0; i < dy.size(); ++i) gradient[row_of(x[i / width]) * width + i % width] += dy[i];
      host_.update(layer.name + ".weight", gradient);
    } else {
      for_each_move(layer, context_, [&](std::size_t o, std::size_t input, std::size_t i, double weight) {
        (*dx[input])[i] += dy[o] * T(weight);
      });
      update_parameter(layer, dy);
    }
  }

 private:
  // The operands of a product.
  static constexpr const char *kFirst = ".activation", *kSecond = ".activation2";

  struct Statistics {
    T mean = 0, inv_std = 0;
    Values<T> noise;  // of the normalised elements
  };

  static std::size_t row_of(T token) { return static_cast<std::size_t>(std::llround(token)); }

  // Phi and its derivative.
  static T inner(T x) { return std::sqrt(T(2 / M_PI)) * (x + T(0.044715) * x * x * x); }
  static T phi(const Layer& layer, T x) {
    return (1 + (layer.number("form") == 0 ? std::erf(x / std::sqrt(T(2))) : std::tanh(inner(x)))) / 2;
  }
  static T slope_of_phi(const Layer& layer, T x) {
    if (layer.number("form") == 0) return std::exp(-x * x / 2) / std::sqrt(T(2 * M_PI));
    const T t = std::tanh(inner(x));
    return (1 - t * t) * std::sqrt(T(2 / M_PI)) * (1 + T(3 * 0.044715) * x * x) / 2;
  }

  // How many channels of the position that begins at element p a softmax sees.
  static std::size_t seen(const Layer& layer, std::size_t p) {
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    return layer.number("causal") == 0 ? channels : p / channels % static_cast<std::size_t>(layer.in.width) + 1;
  }
  static void softmax(const T* x, std::size_t n, T* y) {
    const T most = *std::max_element(x, x + n);
    T sum = 0;
    for (std::size_t c = 0; c < n; ++c) sum += std::exp(x[c] - most);
    for (std::size_t c = 0; c < n; ++c) y[c] = std::exp(x[c] - most) / sum;
  }

  Statistics statistics(const Layer& layer, const T* x) const {
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    Statistics found;
    T var = 0;
    for (std::size_t c = 0; c < channels; ++c) found.mean += x[c] / T(channels);
    for (std::size_t c = 0; c < channels; ++c) var += (x[c] - found.mean) * (x[c] - found.mean) / T(channels);
    found.inv_std = 1 / std::sqrt(var + T(layer.number("epsilon")));
    for (std::size_t c = 0; c < channels; ++c)
      found.noise.push_back(host_.noise(found.inv_std * (std::abs(x[c]) + std::abs(found.mean))));
    return found;
  }

  void backward_norm(const Layer& layer, const Values<T>& x, const Values<T>& dy, Values<T>& dx) const {
    const auto channels = static_cast<std::size_t>(layer.in.channels);
    const Values<T> gamma = host_.take(layer.name + ".gamma");
    Values<T> d_gamma(channels, T(0)), d_beta(channels, T(0));
    for (std::size_t p = 0; p < x.size(); p += channels) {
      const Statistics s = statistics(layer, x.data() + p);
      T mean = 0, product = 0, size = 0;
      const auto h = [&](std::size_t c) { return (x[p + c] - s.mean) * s.inv_std + s.noise[c]; };
      for (std::size_t c = 0; c < channels; ++c) {
        d_gamma[c] += dy[p + c] * h(c);
        d_beta[c] += dy[p + c];
        mean += dy[p + c] * gamma[c] / T(channels);
        product += dy[p + c] * gamma[c] * h(c) / T(channels);
        size += std::abs(dy[p + c] * gamma[c]);
      }
      for (std::size_t c = 0; c < channels; ++c)
        dx[p + c] += s.inv_std * (dy[p + c] * gamma[c] - mean - h(c) * product + host_.noise(size));
    }
    host_.update(layer.name + ".gamma", d_gamma);
    host_.update(layer.name + ".beta", d_beta);
  }

  // Visits (element of A, of B, of the result) of every product of a matmul.
  template <typename Visit>
  void for_each_product(const Layer& layer, const Visit& visit) const {
    const auto count = static_cast<std::size_t>(context_.images * layer.out.height);
    const auto m = static_cast<std::size_t>(layer.out.width), n = static_cast<std::size_t>(layer.out.channels),
               k = static_cast<std::size_t>(layer.in.channels);
    const bool transposed = layer.number("transpose_b") != 0;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t row = 0; row < m; ++row)
        for (std::size_t col = 0; col < n; ++col)
          for (std::size_t depth = 0; depth < k; ++depth)
            visit((i * m + row) * k + depth, transposed ? (i * n + col) * k + depth : (i * k + depth) * n + col,
                  (i * m + row) * n + col);
  }

  // What a layer of moves adds that is the same for every image.
  void add_parameter(const Layer& layer, Values<T>& y) const {
    const auto size = static_cast<std::size_t>(layer.out.size()),
               channels = static_cast<std::size_t>(layer.out.channels);
    if (layer.op == "class_token") {
      const Values<T> token = host_.take(layer.name + ".token");
      for (std::size_t i = 0; i < y.size(); ++i)
        if (i % size < channels) y[i] += token[i % size];
    }
    if (layer.op != "position_encoding") return;
    const bool learned = layer.number("kind") != 0;
    const Values<T> positions = learned ? host_.take(layer.name + ".positions") : Values<T>{};
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t position = i % size / channels, c = i % channels;
      const double angle =
          static_cast<double>(position) / std::pow(1e4, static_cast<double>(c / 2 * 2) / static_cast<double>(channels));
      y[i] += learned ? positions[i % size] : T(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  void update_parameter(const Layer& layer, const Values<T>& dy) const {
    const bool is_token = layer.op == "class_token";
    if (!is_token && (layer.op != "position_encoding" || layer.number("kind") == 0)) return;
    const auto size = static_cast<std::size_t>(layer.out.size());
    Values<T> gradient(is_token ? static_cast<std::size_t>(layer.out.channels) : size, T(0));
    for (std::size_t i = 0; i < dy.size(); ++i)
      if (i % size < gradient.size()) gradient[i % size] += dy[i];
    host_.update(layer.name + (is_token ? ".token" : ".positions"), gradient);
  }

  MoveContext context_;
  PlainHost<T> host_;
};

}  // namespace ampa::network_fuzz
