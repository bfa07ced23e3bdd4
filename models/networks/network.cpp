#include "networks/network.h"

namespace ampa::networks {

std::int64_t Layer::macs() const {
  switch (type) {
    case LayerType::kConv2d:
      return out.size() * kernel * kernel * in.channels;
    case LayerType::kLinear:
      return in.size() * out.size();
    default:
      return 0;
  }
}

std::int64_t Layer::num_weights() const {
  switch (type) {
    case LayerType::kConv2d:
      return out.channels * kernel * kernel * in.channels;
    case LayerType::kLinear:
      return in.size() * out.size();
    default:
      return 0;
  }
}

std::vector<int> Network::quantized_layers() const {
  std::vector<int> indices;
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i].quantized) indices.push_back(static_cast<int>(i));
  return indices;
}

}  // namespace ampa::networks
