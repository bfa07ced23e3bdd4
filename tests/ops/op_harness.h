// Runs a few layers by hand and checks their gradients against finite differences.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "ir/builder.h"
#include "ops/table.h"
#include "random_tensor.h"

namespace ampa::ops {

using ir::Buffer;
using ir::Parameter;
using ir::StepContext;
using ir::Tensor;

// The input of number n is -1 - n in Layer::inputs.
inline ir::Layer layer(const std::string& op, std::vector<int> inputs, ir::Shape in, ir::Shape out,
                       std::int64_t kernel = 1, std::int64_t stride = 1, std::int64_t padding = 0) {
  static int number = 0;
  return {op + std::to_string(number++), op, std::move(inputs), in, out, kernel, stride, padding, false};
}

inline ir::Layer with(ir::Layer layer, std::map<std::string, double> numbers) {
  layer.numbers = std::move(numbers);
  return layer;
}

inline ir::Layer quantized(ir::Layer layer) {
  layer.quantized = true;
  return layer;
}

inline ir::Program program_of(const std::vector<ir::Layer>& layers, const std::vector<Tensor>& inputs, bool stream,
                              const ir::Recipe& recipe) {
  ir::Builder builder(ir::Arithmetic::kInteger, true, recipe);
  std::vector<ir::ValueId> input_values, outputs;
  for (const Tensor& input : inputs) input_values.push_back(builder.input({input.channels, input.height, input.width}));
  for (const ir::Layer& one : layers) {
    std::vector<ir::ValueId> values;
    for (const int input : one.inputs)
      values.push_back(input < 0 ? input_values.at(static_cast<std::size_t>(-1 - input))
                                 : outputs.at(static_cast<std::size_t>(input)));
    outputs.push_back(op_of(one).expand(one, values, builder));
  }
  return builder.finish(outputs.back(), stream, true);
}

struct OpHarness {
  OpHarness(const std::vector<ir::Layer>& layers, std::vector<Tensor> given, bool stream = true,
            const ir::Recipe& recipe = {})
      : inputs(std::move(given)), program(program_of(layers, inputs, stream, recipe)) {
    context.threads = &threads;
    context.backend = &backend;
    context.seed = 3;
  }
  OpHarness(const ir::Layer& layer, std::vector<Tensor> given)
      : OpHarness(std::vector<ir::Layer>{layer}, std::move(given)) {}

  Parameter& parameter(std::size_t index) { return *program.parameters().at(index); }
  void fill_parameters(std::uint32_t index) {
    for (Parameter* one : program.parameters()) one->value = random_tensor(one->value.size(), 1, 1, 1, index++).values;
  }

  void forward() {
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) pointers.push_back(&input);
    out = program.forward(pointers, context);
  }

  void backward() {
    program.backward(out_grad, context);
    input_grads.clear();
    for (std::size_t i = 0; i < inputs.size(); ++i) input_grads.push_back(program.input_gradient(i));
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
    for (const Parameter* one : program.parameters()) parameter_grads.push_back(one->gradient);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      check(inputs[i].values, grads[i].values, "input " + std::to_string(i));
    for (std::size_t i = 0; i < parameter_grads.size(); ++i)
      check(parameter(i).value, parameter_grads[i], parameter(i).name);
  }

  std::vector<Tensor> inputs, input_grads;
  ir::Program program;
  Tensor out, out_grad;
  ThreadPool threads{2};
  gemm::ReferenceBackend backend;
  StepContext context;
};

}  // namespace ampa::ops
