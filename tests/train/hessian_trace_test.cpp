#include "train/hessian_trace.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "data/source.h"
#include "networks/load_network.h"
#include "numerics/random_stream.h"
#include "ops/build_program.h"
#include "train/batch.h"

namespace ampa::train {
namespace {

Batch first_batch(std::int64_t size) {
  const auto source = data::load_source("synthetic", "", size, 1);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < size; ++i) indices.push_back(i);
  Batch batch;
  read_batch(*source, data::Part::kTrain, indices.data(), size, {}, batch);
  return batch;
}

// One quantized linear layer: the logits are W x, whose cross-entropy has a Hessian in closed form.
ir::Network linear_network() {
  ir::Layer layer;
  layer.name = "fc";
  layer.op = "linear";
  layer.inputs = {ir::kNetworkInput};
  layer.in = {1, 12, 12};
  layer.out = {10, 1, 1};
  layer.quantized = true;
  ir::Network network;
  network.name = "linear";
  network.input = layer.in;
  network.num_classes = 10;
  network.layers = {layer};
  return network;
}

// The sum over pairs (i, j) of v_i v_j H_ij, H of the mean loss over the batch by the logits' weights: for an image
// with probabilities p, x x^T (diag(p) - p p^T).
double quadratic_form(const Batch& batch, const Eigen::MatrixXd& weights, const Eigen::MatrixXd& v) {
  double sum = 0;
  for (std::int64_t image = 0; image < batch.input.images; ++image) {
    const Eigen::VectorXd x = ir::image_array(batch.input, image).cast<double>();
    const Eigen::VectorXd z = weights * x;
    Eigen::VectorXd p = (z.array() - z.maxCoeff()).exp();
    p /= p.sum();
    const Eigen::VectorXd u = v * x;
    sum += (p.array() * u.array().square()).sum() - std::pow(p.dot(u), 2);
  }
  return sum / static_cast<double>(batch.input.images);
}

}  // namespace

TEST_CASE("M8: a probe is the quadratic form of the Hessian of a linear layer, at the documented signs") {
  const ir::Network network = linear_network();
  const Batch batch = first_batch(6);
  ThreadPool threads(2);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 4);
  HessianTraces traces(network, *objective, 1, 9, threads);
  const std::int64_t size = 144;
  Eigen::MatrixXd weights(10, size), v(10, size);
  for (std::int64_t row = 0; row < 10; ++row)
    for (std::int64_t column = 0; column < size; ++column) {
      const std::int64_t i = row * size + column;
      weights(row, column) = program.parameters()[0]->value[i];
      const numerics::RandomStream stream{9, 3, 0xFFFF0004u};
      v(row, column) = (stream.bits16(static_cast<std::uint64_t>(i)) & 1u) != 0 ? 1 : -1;
    }
  const std::vector<LayerTrace> found = traces.estimate(program, batch, 3);
  REQUIRE(found.size() == 1);
  CHECK(found[0].weights * 1440 == Approx(quadratic_form(batch, weights, v)).epsilon(1e-3));
}

TEST_CASE("M8: many probes come to the trace, of weights and of the layer's input") {
  const ir::Network network = linear_network();
  const Batch batch = first_batch(6);
  ThreadPool threads(1);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 4);
  Eigen::MatrixXd weights(10, 144);
  for (Eigen::Index i = 0; i < 1440; ++i) weights(i / 144, i % 144) = program.parameters()[0]->value[i];
  double of_weights = 0, of_input = 0;
  for (std::int64_t image = 0; image < 6; ++image) {
    const Eigen::VectorXd x = ir::image_array(batch.input, image).cast<double>();
    const Eigen::VectorXd z = weights * x;
    Eigen::VectorXd p = (z.array() - z.maxCoeff()).exp();
    p /= p.sum();
    of_weights += x.squaredNorm() * (1 - p.squaredNorm()) / 6;
    of_input += ((p.asDiagonal() * weights).cwiseProduct(weights).sum() - (weights.transpose() * p).squaredNorm()) / 6;
  }
  HessianTraces traces(network, *objective, 400, 1, threads);
  const std::vector<LayerTrace> found = traces.estimate(program, batch, 0);
  CHECK(found[0].weights == Approx(of_weights / 1440).epsilon(0.1));
  CHECK(found[0].input == Approx(of_input / 144).epsilon(0.1));
}

TEST_CASE("M8: traces do not depend on threads and leave the trained network as it is") {
  const ir::Network network = networks::load_network("tinyresnet", {1, 12, 12}, 10);
  const Batch batch = first_batch(8);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 4);
  std::vector<std::vector<LayerTrace>> found;
  const Eigen::ArrayXf before = program.parameters()[0]->value;
  for (const int count : {1, 3}) {
    ThreadPool threads(count);
    HessianTraces traces(network, *objective, 2, 1, threads);
    traces.estimate(program, batch, 0);
    found.push_back(traces.estimate(program, batch, 1));
  }
  REQUIRE(found[0].size() == network.quantized_layers().size());
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    CHECK(found[0][i].weights == found[1][i].weights);
    CHECK(found[0][i].input == found[1][i].input);
    CHECK(found[0][i].weights != 0);
    CHECK(found[0][i].input != 0);
  }
  CHECK((program.parameters()[0]->value == before).all());
}

TEST_CASE("M8: a product of two activations has no weights and the traces of both inputs") {
  ir::Network network = linear_network();
  const auto add = [&network](const std::string& name, const std::string& op, std::vector<int> inputs, ir::Shape in,
                              ir::Shape out, bool quantized) {
    ir::Layer layer;
    layer.name = name, layer.op = op, layer.inputs = std::move(inputs), layer.in = in, layer.out = out;
    layer.quantized = quantized;
    network.layers.push_back(layer);
    return static_cast<int>(network.layers.size()) - 1;
  };
  network.layers.clear();
  const ir::Shape map = network.input;
  const int first = add("first", "relu", {ir::kNetworkInput}, map, map, false);
  const int second = add("second", "scale", {ir::kNetworkInput}, map, map, false);
  network.layers.back().numbers["factor"] = 2;
  ir::Shape product = map;
  product.channels = map.width;
  const int scores = add("scores", "matmul", {first, second}, map, product, true);
  network.layers.back().numbers["transpose_b"] = 1;
  add("fc", "linear", {scores}, product, {10, 1, 1}, true);
  const Batch batch = first_batch(4);
  ThreadPool threads(1);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 4);
  HessianTraces traces(network, *objective, 3, 1, threads);
  const std::vector<LayerTrace> found = traces.estimate(program, batch, 0);
  REQUIRE(found.size() == 2);
  CHECK(found[0].weights == 0);
  CHECK(found[0].input != 0);
  CHECK(found[1].weights != 0);
  CHECK(found[1].input != 0);
}

}  // namespace ampa::train
