// Runs one layer by hand and checks its gradients against finite differences.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "nn/layer.h"
#include "numerics/random_stream.h"

namespace ampa::nn {

// Uniform values in (-1, 1), none nearer to 0 than 0.05 and no two equal neighbours: kinks of ReLU and max stay away
// from the differences.
inline Tensor random_tensor(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, std::uint32_t index) {
  const numerics::RandomStream stream{7, 0, index};
  Tensor tensor;
  tensor.resize(n, h, w, c);
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    const double unit = stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1;
    tensor.values[i] = static_cast<float>(unit + (unit < 0 ? -0.05 : 0.05));
  }
  return tensor;
}

struct LayerHarness {
  explicit LayerHarness(Layer& tested, std::vector<Tensor> given) : layer(tested), inputs(std::move(given)) {
    context.threads = &threads;
    context.backend = &backend;
    context.seed = 3;
  }

  std::vector<const Tensor*> input_pointers() const {
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) pointers.push_back(&input);
    return pointers;
  }

  void forward() { layer.forward(input_pointers(), out, context); }

  void backward() {
    input_grads.resize(inputs.size());
    std::vector<Tensor*> pointers;
    for (Tensor& grad : input_grads) pointers.push_back(&grad);
    Tensor used_up = out_grad;
    layer.backward(input_pointers(), out, used_up, pointers, context);
  }

  // A linear function of the output with fixed random coefficients; its gradient is out_grad.
  double objective() {
    forward();
    if (out_grad.size() != out.size()) out_grad = random_tensor(out.images, out.height, out.width, out.channels, 99);
    return (out.values.cast<double>() * out_grad.values.cast<double>()).sum();
  }

  double difference_quotient(float& value) {
    constexpr double kStep = 1e-2;
    const float saved = value;
    value = static_cast<float>(saved + kStep);
    const double above = value, objective_above = objective();
    value = static_cast<float>(saved - kStep);
    const double below = value, objective_below = objective();
    value = saved;
    return (objective_above - objective_below) / (above - below);
  }

  template <typename Values>
  void check(Values& values, const Eigen::ArrayXf& gradient, const std::string& what) {
    const Eigen::ArrayXf analytic = gradient;
    const Eigen::Index stride = std::max<Eigen::Index>(1, values.size() / 40);
    for (Eigen::Index i = 0; i < values.size(); i += stride) {
      INFO(what << " element " << i);
      CHECK(analytic[i] == Approx(difference_quotient(values[i])).epsilon(2e-3).margin(2e-3));
    }
  }

  // Checks the gradient of every input and parameter.
  void check_gradients() {
    objective();
    backward();
    const std::vector<Tensor> grads = input_grads;
    std::vector<Eigen::ArrayXf> parameter_grads;
    for (Parameter* parameter : layer.parameters()) parameter_grads.push_back(parameter->gradient);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      check(inputs[i].values, grads[i].values, "input " + std::to_string(i));
    for (std::size_t i = 0; i < parameter_grads.size(); ++i)
      check(layer.parameters()[i]->value, parameter_grads[i], layer.parameters()[i]->name);
  }

  Layer& layer;
  std::vector<Tensor> inputs, input_grads;
  Tensor out, out_grad;
  ThreadPool threads{2};
  gemm::ReferenceBackend backend;
  StepContext context;
};

}  // namespace ampa::nn
