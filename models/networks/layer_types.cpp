#include "networks/layer_types.h"

namespace ampa::networks {

const std::vector<LayerTypeInfo>& layer_types() {
  static const std::vector<LayerTypeInfo> types = {
      {LayerType::kConv2d, "conv2d", 1, true, true},
      {LayerType::kLinear, "linear", 1, false, true},
      {LayerType::kBatchNorm, "batch_norm", 1, false, false},
      {LayerType::kRelu, "relu", 1, false, false},
      {LayerType::kAdd, "add", 2, false, false},
      {LayerType::kShortcutPad, "shortcut_pad", 1, false, false},
      {LayerType::kMaxPool, "max_pool", 1, true, false},
      {LayerType::kAveragePool, "average_pool", 1, true, false},
      {LayerType::kGlobalAveragePool, "global_average_pool", 1, false, false},
  };
  return types;
}

std::string_view to_string(LayerType type) {
  for (const LayerTypeInfo& info : layer_types())
    if (info.type == type) return info.name;
  return "unknown";
}

}  // namespace ampa::networks
