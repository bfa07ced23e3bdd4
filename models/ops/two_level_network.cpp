#include "ops/two_level_network.h"

#include <algorithm>

#include "ops/table.h"

namespace ampa::ops {
namespace {

bool has_weights(const ir::Layer& layer) {
  return num_weights(layer) > 0;
}

bool is_down_sampling(const ir::Layer& layer) {
  const ir::ConvAttributes conv = layer.convolution();
  return layer.op == "conv2d" && conv.kernel == 1 && conv.stride != 1;
}

bool can_have_two_levels(const ir::Layer& layer) {
  return layer.op == "linear" || (layer.op == "conv2d" && layer.convolution().groups == 1);
}

bool reads(const ir::Layer& layer, int index) {
  return std::find(layer.inputs.begin(), layer.inputs.end(), index) != layer.inputs.end();
}

// Whether a quantized layer reads what layer `index` gives, or what layers without weights make of it.
bool reaches_signs(const ir::Network& network, int index) {
  for (std::size_t i = static_cast<std::size_t>(index) + 1; i < network.layers.size(); ++i) {
    const ir::Layer& reader = network.layers[i];
    if (!reads(reader, index)) continue;
    if (reader.quantized || (!has_weights(reader) && reaches_signs(network, static_cast<int>(i)))) return true;
  }
  return false;
}

// Readers of left-out layers read what those read.
ir::Network without(const ir::Network& network, const std::vector<bool>& left_out) {
  ir::Network result = network;
  result.layers.clear();
  std::vector<int> place;  // of what stands for each layer
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    ir::Layer layer = network.layers[i];
    for (int& input : layer.inputs)
      if (input != ir::kNetworkInput) input = place[static_cast<std::size_t>(input)];
    if (left_out[i]) {
      place.push_back(layer.inputs[0]);
      continue;
    }
    place.push_back(static_cast<int>(result.layers.size()));
    result.layers.push_back(std::move(layer));
  }
  return result;
}

}  // namespace

ir::Network two_level_network(const ir::Network& network) {
  ir::Network result = network;
  std::vector<std::size_t> weighted;
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    if (has_weights(network.layers[i])) weighted.push_back(i);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    ir::Layer& layer = result.layers[i];
    const bool is_end = !weighted.empty() && (i == weighted.front() || i == weighted.back());
    layer.quantized = layer.quantized && can_have_two_levels(layer) && !is_down_sampling(layer) && !is_end;
  }
  std::vector<bool> left_out;
  for (std::size_t i = 0; i < result.layers.size(); ++i)
    left_out.push_back(result.layers[i].op == "relu" && reaches_signs(result, static_cast<int>(i)));
  return without(result, left_out);
}

}  // namespace ampa::ops
