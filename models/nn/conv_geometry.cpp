#include "nn/conv_geometry.h"

namespace ampa::nn {

ConvGeometry conv_geometry(const networks::Layer& layer) {
  if (layer.type == networks::LayerType::kLinear) return {{layer.in.size(), 1, 1}, layer.out, 1, 1, 0};
  return {layer.in, layer.out, layer.kernel, layer.stride, layer.padding};
}

}  // namespace ampa::nn
