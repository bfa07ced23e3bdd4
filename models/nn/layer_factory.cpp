#include "nn/layer_factory.h"

#include <fmt/format.h>

#include "common/error.h"
#include "nn/batch_norm.h"
#include "nn/elementwise.h"
#include "nn/fp32_conv.h"
#include "nn/pooling.h"

namespace ampa::nn {

std::unique_ptr<Layer> make_layer(const networks::Layer& layer) {
  using networks::LayerType;
  const PoolGeometry window{layer.in, layer.out, layer.kernel, layer.kernel, layer.stride, layer.padding};
  switch (layer.type) {
    case LayerType::kConv2d:
      return std::make_unique<Fp32Conv>(layer.name, conv_geometry(layer), false);
    case LayerType::kLinear:
      return std::make_unique<Fp32Conv>(layer.name, conv_geometry(layer), true);
    case LayerType::kBatchNorm:
      return std::make_unique<BatchNorm>(layer.name, layer.in.channels);
    case LayerType::kRelu:
      return std::make_unique<Relu>();
    case LayerType::kAdd:
      return std::make_unique<Add>();
    case LayerType::kShortcutPad:
      return std::make_unique<ShortcutPad>(layer.in, layer.out, layer.stride);
    case LayerType::kMaxPool:
      return std::make_unique<MaxPool>(window);
    case LayerType::kAveragePool:
      return std::make_unique<AveragePool>(window);
    case LayerType::kGlobalAveragePool:
      return std::make_unique<AveragePool>(PoolGeometry{layer.in, layer.out, layer.in.height, layer.in.width});
  }
  throw InputError(fmt::format("layer '{}': no implementation of its type", layer.name));
}

}  // namespace ampa::nn
