#include "train/width_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"

namespace ampa::train {

WidthPlace width_place(const ir::Network& network, const std::string& tensor) {
  const std::string name = tensor.substr(0, tensor.rfind('.'));
  const auto found = std::find_if(network.layers.begin(), network.layers.end(),
                                  [&](const ir::Layer& layer) { return layer.name == name; });
  if (found == network.layers.end())
    throw RunError(fmt::format("{}: expected a tensor of a layer of {}", tensor, network.name));
  const std::vector<int> quantized = network.quantized_layers();
  const auto number_of = [&](int index) {  // of the last quantized layer up to it, of the first if there is none
    const auto behind = std::upper_bound(quantized.begin(), quantized.end(), index);
    return static_cast<std::size_t>(behind == quantized.begin() ? 0 : behind - quantized.begin() - 1);
  };
  const int input = found->inputs.front(), own = static_cast<int>(found - network.layers.begin());
  const bool reads_quantized = input >= 0 && network.layers[static_cast<std::size_t>(input)].quantized;
  WidthPlace place;
  place.layer = number_of(!found->quantized && reads_quantized ? input : own);
  place.is_of_transition = !found->quantized;
  place.before = place.layer == 0 ? 0 : place.layer - 1;
  return place;
}

}  // namespace ampa::train
