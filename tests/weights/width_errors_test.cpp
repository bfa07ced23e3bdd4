// The one integer tensor of a layer: its codes, what narrower widths change, what it takes to store.
#include "weights/width_errors.h"

#include <catch2/catch.hpp>

#include "networks/load_network.h"
#include "numerics/double_rounding.h"
#include "ops/build_program.h"
#include "weights/network_state.h"
#include "weights/stored_bytes.h"

namespace ampa::weights {

TEST_CASE("width errors: squares of what a shift and a rounding change, by hand") {
  // To 6 bits 5 becomes 4, 7 becomes 8, -128 stays and 127 is limited to 124; to 2 bits 5, 7 become 0, 127 becomes 64.
  const StoredWeights weights{"conv", 8, 0.5f, {5, 7, -128, 127}};
  const std::vector<double> errors = width_errors(weights, {8, 6, 2});
  CHECK(errors[0] == 0);
  CHECK(errors[1] == (1 + 1 + 0 + 9) * 0.25);
  CHECK(errors[2] == (25 + 49 + 0 + 63 * 63) * 0.25);
}

TEST_CASE("stored weights: the codes of the learned scale, of rule U1") {
  const ir::Network network = networks::load_network("tinycnn", {1, 8, 8}, 4);
  ir::Recipe recipe;
  recipe.double_rounding = 6;
  const ir::Program graph = ops::build_program(network, ir::Arithmetic::kInteger, 3, ops::Streaming::kOn, recipe);
  const std::string layer = network.quantized_names()[1];
  const Eigen::ArrayXf* weights = nullptr;
  float scale = 0;
  for (const StateTensor& tensor : state_tensors(graph)) {
    if (tensor.name == layer + ".weight") weights = tensor.values;
    if (tensor.name == layer + ".weight_scale") tensor.values->setConstant(0.75f);
    if (tensor.name != layer + ".weight_scale_unit") continue;
    tensor.values->setConstant(0.01f);
    scale = 0.01f * 0.75f;
  }
  ThreadPool threads(2);
  const StoredWeights stored = stored_weights(network, graph, 6, threads).at(1);
  CHECK(stored.layer == layer);
  CHECK(stored.scale == scale);
  REQUIRE(static_cast<std::int64_t>(stored.codes.size()) == weights->size());
  const float inv = 1.0f / scale;
  for (Eigen::Index i = 0; i < weights->size(); ++i) {
    const std::int32_t code = numerics::round_half_even((*weights)[i] * inv);
    CHECK(stored.codes[static_cast<std::size_t>(i)] == std::min(std::max(code, -32), 31));
  }
}

TEST_CASE("stored bytes: one integer model, FP32 weights, a model for every width") {
  // Two layers of 100 and 7 weights, 10 numbers shared, 20 of each width, of pairs of widths too 180 in all.
  const StoredBytes bytes = stored_bytes({{100, 7}, 10, 20, 180}, {8, 4, 2});
  CHECK(bytes.integer_model == 107 + 4 * 190);
  CHECK(bytes.fp32_model == 4 * (107 + 190));
  CHECK(bytes.separate_models == (107 + 120) + (50 + 4 + 120) + (25 + 2 + 120));
}

}  // namespace ampa::weights
