// token_linear: a linear layer of the channels of every position, with the same weights at each; the geometry of a 1 x
// 1 convolution, with a bias unless "bias" is false.
#include "ops/attribute_reader.h"
#include "ops/convolution.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = {reader.width("out_features"), layer.in.height, layer.in.width};
  reader.bias(layer, reader.flag(layer, "bias", true));
}

ConvGeometry geometry(const ir::Layer& layer) {
  return {layer.in, layer.out, 1, 1, 0};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  return expand_convolution(layer, geometry(layer), {layer.out.channels, layer.in.channels}, layer.integer("bias") != 0,
                            inputs[0], builder);
}

GemmSize gemm_size(const ir::Layer& layer) {
  return size_of(geometry(layer));
}

}  // namespace

const Op kTokenLinear = {"token_linear", 1, read, expand, gemm_size, 1.0};

}  // namespace ampa::ops
