#include "networks/network_digest.h"

#include "common/atomic_file.h"
#include "common/yx_json.h"

namespace ampa::networks {
namespace {

Json shape_json(ir::Shape shape) {
  return Json::array({shape.channels, shape.height, shape.width});
}

}  // namespace

Json canonical_json(const ir::Network& network) {
  Json json = {{"input", shape_json(network.input)}, {"num_classes", network.num_classes}, {"layers", Json::array()}};
  for (const ir::Layer& layer : network.layers) {
    Json inputs = Json::array();
    for (const int input : layer.inputs)
      inputs.push_back(input == ir::kNetworkInput ? Json(nullptr)
                                                  : Json(network.layers[static_cast<std::size_t>(input)].name));
    Json described = {{"name", layer.name},
                      {"type", layer.op},
                      {"inputs", inputs},
                      {"in", shape_json(layer.in)},
                      {"out", shape_json(layer.out)},
                      {"kernel", layer.kernel},
                      {"stride", layer.stride},
                      {"padding", layer.padding},
                      {"quantized", layer.quantized}};
    if (layer.conv)
      described["conv"] = {{"kernel", yx_to_json(layer.conv->kernel)},
                           {"stride", yx_to_json(layer.conv->stride)},
                           {"padding", yx_to_json(layer.conv->padding)},
                           {"dilation", yx_to_json(layer.conv->dilation)},
                           {"groups", layer.conv->groups},
                           {"bias", layer.conv->has_bias}};
    if (!layer.numbers.empty()) described["numbers"] = layer.numbers;
    json["layers"].push_back(std::move(described));
  }
  return json;
}

std::string network_digest(const ir::Network& network) {
  return sha256_hex(canonical_json(network).dump());
}

}  // namespace ampa::networks
