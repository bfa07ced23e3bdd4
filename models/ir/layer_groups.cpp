#include "ir/layer_groups.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::ir {

std::vector<int> layer_groups(const Network& network, const std::string& granularity) {
  if (granularity != "layer" && granularity != "block" && granularity != "network")
    throw InputError(fmt::format("granularity: expected one of layer, block, network, found \"{}\"", granularity));
  std::vector<int> groups;
  int group = 0;
  bool is_used = false;  // by a layer so far
  for (const Layer& layer : network.layers) {
    const bool ends = granularity == "block" && (layer.op == "add" || layer.op == "concat");
    if (ends && is_used) ++group, is_used = false;
    if (!layer.quantized) continue;
    if (granularity == "layer" && is_used) ++group;
    groups.push_back(group);
    is_used = true;
  }
  return groups;
}

}  // namespace ampa::ir
