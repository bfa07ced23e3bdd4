#include "weights/network_state.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <limits>

#include "common/error.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "weights/weight_codes.h"

namespace ampa::weights {
namespace {

using Catch::Contains;

const ir::Network& network() {
  static const ir::Network tiny = networks::load_network("tinycnn", {1, 8, 8}, 4);
  return tiny;
}

ir::Program graph_of(std::uint64_t seed, ir::Arithmetic arithmetic = ir::Arithmetic::kInteger) {
  return ops::build_program(network(), arithmetic, seed);
}

// All that an export of tinycnn holds.
TensorFile export_of(const ir::Program& graph) {
  ThreadPool threads(1);
  TensorFile file;
  file.tensors = state_of(graph);
  const std::vector<allocate::LayerBits> bits(graph.quantized_layers().size(), {4, 4, 4});
  for (const Tensor& tensor : weight_codes(network(), graph, bits, threads)) file.tensors.push_back(tensor);
  return file;
}

Tensor& named(TensorFile& file, const std::string& name) {
  for (Tensor& tensor : file.tensors)
    if (tensor.name == name) return tensor;
  throw RunError("no tensor " + name);
}

void set(TensorFile& file, const std::string& name, std::size_t index, float value) {
  std::memcpy(named(file, name).bytes.data() + index * sizeof value, &value, sizeof value);
}

bool same_state(const ir::Program& x, const ir::Program& y) {
  TensorFile a, b;
  a.tensors = state_of(x), b.tensors = state_of(y);
  return encode(a) == encode(b);
}

// The message with which a changed export is refused; the graph must be as it was.
std::string refusal(const std::function<void(TensorFile&)>& change) {
  TensorFile file = export_of(graph_of(1));
  change(file);
  const ir::Program graph = graph_of(2), before = graph_of(2);
  try {
    load_state(file, "w", graph);
  } catch (const InputError& error) {
    CHECK(same_state(graph, before));
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("network state: every parameter and buffer has its name and shape") {
  const ir::Program graph = graph_of(1);
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const StateTensor& tensor : state_tensors(graph)) shapes[tensor.name] = tensor.shape;
  CHECK(shapes.size() == graph.parameters().size() + graph.buffers().size());
  CHECK(shapes.at("conv1.weight") == std::vector<std::int64_t>{8, 3, 3, 1});
  CHECK(shapes.at("conv3.weight") == std::vector<std::int64_t>{16, 3, 3, 8});
  CHECK(shapes.at("fc.weight") == std::vector<std::int64_t>{4, 32});
  CHECK(shapes.at("fc.bias") == std::vector<std::int64_t>{4});
  for (const char* name : {"bn2.gamma", "bn2.beta", "bn2.running_mean", "bn2.running_var"})
    CHECK(shapes.at(name) == std::vector<std::int64_t>{8});
}

TEST_CASE("network state: what one graph gives another takes, bit for bit, in either arithmetic") {
  const ir::Program from = graph_of(1);
  (*from.buffers()[0].value)[0] = -0.0f;
  for (const ir::Arithmetic arithmetic : {ir::Arithmetic::kInteger, ir::Arithmetic::kFp32}) {
    const ir::Program to = graph_of(2, arithmetic);
    REQUIRE_FALSE(same_state(from, to));
    load_state(export_of(from), "w", to);
    CHECK(same_state(from, to));
  }
}

TEST_CASE("network state: a file with a tensor too few, too many or another is refused by its name") {
  REQUIRE(refusal([](TensorFile&) {}) == "no error");
  const auto rename = [](const char* from, const char* to) {
    return [=](TensorFile& file) { named(file, from).name = to; };
  };
  CHECK(refusal(rename("bn1.beta", "bn1.betta")) == "w: bn1.beta: expected F32 of shape (8), found nothing");
  CHECK(refusal([](TensorFile& file) {
          file.tensors.push_back(named(file, "bn1.beta"));
          file.tensors.back().name = "bn9.beta";
        }) == "w: bn9.beta: expected tensors of the network only, found one that it does not have");
  CHECK(refusal([](TensorFile& file) {
          named(file, "conv1.weight").shape = {8, 1, 3, 3};
        }) == "w: conv1.weight: expected F32 of shape (8, 3, 3, 1), found F32 of shape (8, 1, 3, 3)");
  CHECK(refusal([](TensorFile& file) { named(file, "fc.bias").dtype = "I32"; }) ==
        "w: fc.bias: expected F32 of shape (4), found I32 of shape (4)");
  CHECK_THAT(refusal([](TensorFile& file) { set(file, "fc.weight", 5, std::numeric_limits<float>::quiet_NaN()); }),
             Contains("w: fc.weight: expected finite values, found") && Contains("nan as value 5"));
  CHECK(refusal([](TensorFile& file) { set(file, "conv2.weight", 0, -std::numeric_limits<float>::infinity()); }) ==
        "w: conv2.weight: expected finite values, found -inf as value 0");
  CHECK(refusal([](TensorFile& file) { set(file, "bn3.running_var", 2, -0.5f); }) ==
        "w: bn3.running_var: expected finite values of at least 0, found -0.5 as value 2");
  CHECK(refusal([](TensorFile& file) { set(file, "bn3.running_mean", 2, -0.5f); }) == "no error");
}

TEST_CASE("network state: integer codes are checked for type and shape, and not used") {
  CHECK(refusal([](TensorFile& file) { named(file, "conv2.weight.codes").bytes.assign(8 * 3 * 3 * 8, '\x55'); }) ==
        "no error");
  CHECK(refusal([](TensorFile& file) {
          named(file, "conv2.weight.codes").shape = {8, 72};
        }) == "w: conv2.weight.codes: expected I8 of shape (8, 3, 3, 8), found I8 of shape (8, 72)");
  CHECK(refusal([](TensorFile& file) { named(file, "conv2.weight.scale").dtype = "I32"; }) ==
        "w: conv2.weight.scale: expected F32 of shape (1), found I32 of shape (1)");
  CHECK_THAT(refusal([](TensorFile& file) { named(file, "conv2.weight.zero_point").name = "conv2.zero_point"; }),
             Contains("w: conv2.zero_point: expected tensors of the network only"));
  CHECK_THAT(refusal([](TensorFile& file) { named(file, "conv2.weight.scale").name = "bn2.gamma.scale"; }),
             Contains("w: bn2.gamma.scale: expected tensors of the network only"));
}

TEST_CASE("network state: the digest is of names, shapes and FP32 values, not of order, metadata and codes") {
  const TensorFile file = export_of(graph_of(1));
  const std::string expected = state_digest(file);
  CHECK(expected.size() == 64);
  TensorFile other;
  other.tensors = state_of(graph_of(1));
  std::reverse(other.tensors.begin(), other.tensors.end());
  other.metadata = {{"network", "moved"}};
  CHECK(state_digest(other) == expected);
  set(other, "fc.bias", 0, -0.0f);
  CHECK(state_digest(other) != expected);
  TensorFile reshaped = file;
  named(reshaped, "fc.weight").shape = {32, 4};
  CHECK(state_digest(reshaped) != expected);
}

}  // namespace ampa::weights
