// Weights of two-level layers to and from files.
#include <catch2/catch.hpp>

#include "networks/load_network.h"
#include "ops/build_program.h"
#include "ops/two_level_network.h"
#include "weights/network_state.h"
#include "weights/weight_codes.h"

namespace ampa::weights {
namespace {

const ir::Network& network() {
  static const ir::Network tiny = ops::two_level_network(networks::load_network("tinycnn", {1, 8, 8}, 4));
  return tiny;
}

ir::Program two_level(std::uint64_t seed) {
  ir::Recipe recipe;
  recipe.two_level = ir::TwoLevel{};
  return ops::build_program(network(), ir::Arithmetic::kInteger, seed, ops::Streaming::kOn, recipe);
}

const StateTensor& named(const std::vector<StateTensor>& state, const std::string& name) {
  for (const StateTensor& tensor : state)
    if (tensor.name == name) return tensor;
  throw std::logic_error("no tensor " + name);
}

}  // namespace

TEST_CASE("X5: two-level layers go on from FP32 weights, with scales that follow from them") {
  const ir::Program fp32 = ops::build_program(network(), ir::Arithmetic::kFp32, 1);
  TensorFile file;
  file.tensors = state_of(fp32);
  const ir::Program graph = two_level(2);
  load_state(file, "w", graph);
  const std::vector<StateTensor> state = state_tensors(graph), from = state_tensors(fp32);
  const Eigen::ArrayXf& weights = *named(from, "conv2.weight").values;
  CHECK((*named(state, "conv2.weight").values == weights).all());
  const Eigen::ArrayXf& scale = *named(state, "conv2.out_scale").values;
  REQUIRE(scale.size() == 8);
  for (std::int64_t c = 0; c < 8; ++c)
    CHECK(scale[c] == Approx(weights.segment(c * 72, 72).cast<double>().abs().mean()).epsilon(1e-6));
  // A file that has them is taken at its word.
  TensorFile own;
  own.tensors = state_of(two_level(3));
  load_state(own, "w", graph);
  CHECK(
      (*named(state, "conv2.out_scale").values == *named(state_tensors(two_level(3)), "conv2.out_scale").values).all());
}

TEST_CASE("weight codes of two-level layers are their signs") {
  const ir::Program graph = two_level(1);
  ThreadPool threads(1);
  const std::vector<allocate::LayerBits> bits(network().quantized_layers().size(), {1, 1, 4});
  bool found = false;
  for (const Tensor& tensor : weight_codes(network(), graph, bits, threads)) {
    if (tensor.name != "conv2.weight.codes") continue;
    found = true;
    const Eigen::ArrayXf& weights = *named(state_tensors(graph), "conv2.weight").values;
    for (std::size_t i = 0; i < tensor.bytes.size(); ++i)
      CHECK(tensor.bytes[i] == (weights[static_cast<Eigen::Index>(i)] >= 0 ? 1 : -1));
  }
  CHECK(found);
}

}  // namespace ampa::weights
