#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "networks/load_network.h"
#include "ops/table.h"

using namespace ampa;
using namespace ampa::networks;

namespace {

struct QuantizedTotals {
  std::int64_t layers = 0, macs = 0, weights = 0;
};

QuantizedTotals totals(const ir::Network& network) {
  QuantizedTotals sum;
  for (const int index : network.quantized_layers()) {
    ++sum.layers;
    sum.macs += ops::macs(network.layers[static_cast<std::size_t>(index)]);
    sum.weights += ops::num_weights(network.layers[static_cast<std::size_t>(index)]);
  }
  return sum;
}

const ir::Layer& layer(const ir::Network& network, const std::string& name) {
  for (const ir::Layer& candidate : network.layers)
    if (candidate.name == name) return candidate;
  FAIL("no layer " << name);
  return network.layers.front();
}

}  // namespace

TEST_CASE("every built-in network loads under its own name") {
  for (const std::string& name : builtin_networks()) {
    INFO(name);
    const ir::Network network = load_network(name);
    CHECK(network.name == name);
    CHECK(network.layers.back().out.channels == (name.rfind("unet", 0) == 0 ? 1 : network.num_classes));
  }
}

TEST_CASE("the small built-in networks load for the images of every data set") {
  const std::vector<std::string> names = {"resnet8",  "resnet14", "resnet20", "resnet32",  "resnet44",
                                          "resnet56", "mlp",      "tinycnn",  "tinyresnet"};
  const std::vector<std::string> builtin = builtin_networks();
  REQUIRE(builtin.size() > names.size());
  CHECK(std::equal(names.begin(), names.end(), builtin.begin()));
  for (const std::string& name : names) {
    INFO(name);
    for (const ir::Shape input : {ir::Shape{1, 28, 28}, ir::Shape{3, 32, 32}, ir::Shape{1, 12, 12}}) {
      const ir::Network network = load_network(name, input, 100);
      CHECK(network.input == input);
      CHECK(network.num_classes == 100);
      CHECK(network.layers.front().in == input);
      CHECK(network.layers.back().out == ir::Shape{100, 1, 1});
      CHECK(network.quantized_layers().size() >= 3);
    }
  }
}

TEST_CASE("CIFAR ResNets have the published multiply-accumulates in their quantized layers") {
  struct Row {
    const char* name;
    std::int64_t layers, macs;
  };
  for (const Row row : {Row{"resnet20", 18, 40108032}, Row{"resnet32", 30, 68419584}, Row{"resnet56", 54, 125042688}}) {
    INFO(row.name);
    const QuantizedTotals sum = totals(load_network(row.name));
    CHECK(sum.layers == row.layers);
    CHECK(sum.macs == row.macs);
  }
}

TEST_CASE("ResNet depth 6n + 2 has 6n quantized convolutions and the weights of He et al.") {
  for (const std::int64_t n : {1, 2, 3, 5, 7, 9}) {
    const std::string name = "resnet" + std::to_string(6 * n + 2);
    INFO(name);
    const QuantizedTotals sum = totals(load_network(name));
    CHECK(sum.layers == 6 * n);
    // 3x3 kernels: 2n of 16-16, 2n-1 of 32-32 and of 64-64, and the two that widen.
    CHECK(sum.weights == 9 * (2 * n * 16 * 16 + 16 * 32 + (2 * n - 1) * 32 * 32 + 32 * 64 + (2 * n - 1) * 64 * 64));
  }
}

TEST_CASE("ResNet-20 quantizes every convolution but the first, and not the classifier") {
  const ir::Network network = load_network("resnet20");
  std::set<std::string> quantized;
  for (const int index : network.quantized_layers())
    quantized.insert(network.layers[static_cast<std::size_t>(index)].name);
  std::set<std::string> expected;
  for (int stage = 1; stage <= 3; ++stage)
    for (int block = 0; block < 3; ++block)
      for (const char* conv : {"conv1", "conv2"})
        expected.insert("layer" + std::to_string(stage) + "." + std::to_string(block) + "." + conv);
  CHECK(quantized == expected);
  CHECK_FALSE(layer(network, "conv1").quantized);
  CHECK_FALSE(layer(network, "fc").quantized);
  CHECK(ops::macs(layer(network, "conv1")) == 442368);
  CHECK(ops::macs(layer(network, "layer1.0.conv1")) == 2359296);
  CHECK(ops::macs(layer(network, "layer2.0.conv1")) == 1179648);
  CHECK(ops::macs(layer(network, "fc")) == 640);
}

TEST_CASE("ResNet-20 shapes follow its stages") {
  const ir::Network network = load_network("resnet20");
  CHECK(layer(network, "conv1").out == ir::Shape{16, 32, 32});
  CHECK(layer(network, "layer2.0.conv1").in == ir::Shape{16, 32, 32});
  CHECK(layer(network, "layer2.0.conv1").out == ir::Shape{32, 16, 16});
  CHECK(layer(network, "layer2.0.shortcut").out == ir::Shape{32, 16, 16});
  CHECK(layer(network, "layer3.2.relu2").out == ir::Shape{64, 8, 8});
  CHECK(layer(network, "avgpool").out == ir::Shape{64, 1, 1});
}

TEST_CASE("odd sizes halve upwards on both sides of a residual block") {
  const ir::Network network = load_network("resnet8", {1, 13, 7}, 10);
  CHECK(layer(network, "layer2.0.add").out == ir::Shape{32, 7, 4});
  CHECK(layer(network, "layer3.0.add").out == ir::Shape{64, 4, 2});
}

TEST_CASE("layers come after their inputs and have unique names") {
  for (const std::string& name : builtin_networks()) {
    const ir::Network network = load_network(name);
    std::set<std::string> names;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      CHECK(names.insert(network.layers[i].name).second);
      for (const int input : network.layers[i].inputs) CHECK(input < static_cast<int>(i));
    }
  }
}

TEST_CASE("a linear layer flattens what comes in") {
  const ir::Network network = load_network("mlp", {3, 32, 32}, 10);
  CHECK(ops::macs(layer(network, "fc1")) == 3 * 32 * 32 * 256);
  CHECK(ops::num_weights(layer(network, "fc1")) == 3 * 32 * 32 * 256);
  CHECK(totals(network).macs == 3 * 256 * 256);
}
