#include "ops/two_level_network.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "networks/load_network.h"

namespace ampa::ops {
namespace {

std::vector<std::string> names(const ir::Network& network, const std::string& op) {
  std::vector<std::string> found;
  for (const ir::Layer& layer : network.layers)
    if (layer.op == op) found.push_back(layer.name);
  return found;
}

bool is_quantized(const ir::Network& network, const std::string& name) {
  for (const ir::Layer& layer : network.layers)
    if (layer.name == name) return layer.quantized;
  FAIL(name);
  return false;
}

}  // namespace

TEST_CASE("two-level networks keep the first, the last and the down-sampling layers in FP32") {
  const ir::Network vgg = two_level_network(networks::load_network("vgg16-quarter"));
  CHECK(vgg.quantized_layers().size() == 14);
  CHECK_FALSE(is_quantized(vgg, "conv1"));
  CHECK_FALSE(is_quantized(vgg, "fc3"));
  CHECK(is_quantized(vgg, "conv2"));
  const ir::Network resnet = two_level_network(networks::load_network("resnet18-quarter"));
  CHECK(resnet.quantized_layers().size() == 16);
  for (const char* down : {"layer2.0.down", "layer3.0.down", "layer4.0.down", "conv1", "fc"})
    CHECK_FALSE(is_quantized(resnet, down));
  CHECK(is_quantized(resnet, "layer2.0.conv1"));
}

TEST_CASE("ReLUs in front of a sign are left out, and their readers read what they read") {
  const ir::Network before = networks::load_network("resnet18-quarter"), after = two_level_network(before);
  CHECK(names(after, "relu") == std::vector<std::string>{"layer4.1.relu2"});
  CHECK(after.layers.size() + names(before, "relu").size() - 1 == before.layers.size());
  for (std::size_t i = 0; i < after.layers.size(); ++i)
    for (const int input : after.layers[i].inputs) {
      CHECK(input < static_cast<int>(i));
      if (input != ir::kNetworkInput && i > 0)
        CHECK(after.layers[static_cast<std::size_t>(input)].out == after.layers[i].in);
    }
  const auto find = [&](const char* name) {
    return std::find_if(after.layers.begin(), after.layers.end(), [&](const auto& one) { return one.name == name; });
  };
  const auto add = find("layer1.0.add");
  CHECK(after.layers[static_cast<std::size_t>(add->inputs[1])].name == "bn1");
  CHECK(names(two_level_network(networks::load_network("vgg16-quarter")), "relu") ==
        std::vector<std::string>{"fc2.relu"});
}

TEST_CASE("convolutions in groups and products of activations stay as they are in FP32") {
  for (const char* name : {"mobilenetv2-small", "transformer-small"}) {
    const ir::Network network = two_level_network(networks::load_network(name));
    for (const ir::Layer& layer : network.layers)
      if (layer.quantized) CHECK((layer.op == "linear" || (layer.op == "conv2d" && layer.convolution().groups == 1)));
  }
}

}  // namespace ampa::ops
