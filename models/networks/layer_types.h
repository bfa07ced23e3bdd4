// The table of layer types: one line per type that a description may use.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "networks/network.h"

namespace ampa::networks {

struct LayerTypeInfo {
  LayerType type;
  std::string_view name;  // the "type" of the JSON description
  std::size_t num_inputs;
  bool has_window;   // has the keys kernel, stride and padding
  bool has_weights;  // has the key quantized
};

const std::vector<LayerTypeInfo>& layer_types();

}  // namespace ampa::networks
