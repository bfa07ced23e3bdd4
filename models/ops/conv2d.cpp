// conv2d: a square kernel with zero padding, no bias.
#include "ops/attribute_reader.h"
#include "ops/convolution.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

void read(AttributeReader& reader, ir::Layer& layer) {
  reader.window(layer, [](std::int64_t kernel) { return kernel - 1; });
  layer.out.channels = reader.width("out_channels");
}

ConvGeometry geometry(const ir::Layer& layer) {
  return {layer.in, layer.out, layer.kernel, layer.stride, layer.padding};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  return expand_convolution(layer, geometry(layer), {layer.out.channels, layer.kernel, layer.kernel, layer.in.channels},
                            false, inputs[0], builder);
}

}  // namespace

// +-sqrt(6 / fan_in): He et al. 2015.
const Op kConv2d = {"conv2d", 1, read, expand, geometry, 6.0};

}  // namespace ampa::ops
