// linear: flattens its input in (height, width, channel) order; with bias.
#include "ops/attribute_reader.h"
#include "ops/convolution.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = {reader.width("out_features"), 1, 1};
  reader.bias(layer, true);
}

ConvGeometry geometry(const ir::Layer& layer) {
  return {{layer.in.size(), 1, 1}, layer.out, 1, 1, 0};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  return expand_convolution(layer, geometry(layer), {layer.out.channels, layer.in.size()}, true, inputs[0], builder);
}

GemmSize gemm_size(const ir::Layer& layer) {
  return size_of(geometry(layer));
}

}  // namespace

const Op kLinear = {"linear", 1, read, expand, gemm_size, 1.0};

}  // namespace ampa::ops
