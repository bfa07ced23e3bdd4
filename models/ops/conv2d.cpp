// conv2d: a window with zero padding, on all channels or in groups of them.
#include <fmt/format.h>

#include "ops/attribute_reader.h"
#include "ops/convolution.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

std::int64_t read_groups(AttributeReader& reader, std::int64_t in_channels, std::int64_t out_channels) {
  if (!reader.json().has("groups")) return 1;
  const std::int64_t groups = reader.json().integer("groups", 1, kMaxChannels);
  if (in_channels % groups != 0 || out_channels % groups != 0)
    reader.json().fail("groups", fmt::format("a divisor of {} input and {} output channels", in_channels, out_channels),
                       fmt::format("{}", groups));
  return groups;
}

// Other keys than those of a square window are optional; a convolution that needs none of them is what it was before
// there were any.
void read(AttributeReader& reader, ir::Layer& layer) {
  ir::ConvAttributes conv;
  conv.kernel = reader.pair("kernel", 1, kMaxKernel);
  conv.stride = reader.pair("stride", 1, kMaxStride);
  if (reader.json().has("dilation")) conv.dilation = reader.pair("dilation", 1, kMaxStride);
  const YX extent{window_extent(conv.kernel.y, conv.dilation.y), window_extent(conv.kernel.x, conv.dilation.x)};
  conv.padding = reader.pair("padding", 0, {extent.y - 1, extent.x - 1});
  if (reader.json().has("bias")) conv.has_bias = reader.json().boolean("bias");
  layer.out.height = reader.places(layer.in.height, extent.y, conv.stride.y, conv.padding.y);
  layer.out.width = reader.places(layer.in.width, extent.x, conv.stride.x, conv.padding.x);
  layer.out.channels = reader.width("out_channels");
  conv.groups = read_groups(reader, layer.in.channels, layer.out.channels);
  layer.kernel = conv.kernel.y;
  layer.stride = conv.stride.y;
  layer.padding = conv.padding.y;
  const bool is_plain = conv.kernel.is_square() && conv.stride.is_square() && conv.padding.is_square() &&
                        conv.dilation == 1 && conv.groups == 1 && !conv.has_bias;
  if (!is_plain) layer.conv = conv;
  reader.bias(layer, conv.has_bias);
}

ConvGeometry geometry(const ir::Layer& layer) {
  const ir::ConvAttributes conv = layer.convolution();
  return {layer.in, layer.out, conv.kernel, conv.stride, conv.padding, conv.dilation, conv.groups};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ConvGeometry g = geometry(layer);
  return expand_convolution(layer, g, {g.out.channels, g.kernel.y, g.kernel.x, g.in_group().channels},
                            layer.convolution().has_bias, inputs[0], builder);
}

GemmSize gemm_size(const ir::Layer& layer) {
  return size_of(geometry(layer));
}

}  // namespace

// +-sqrt(6 / fan_in): He et al. 2015.
const Op kConv2d = {"conv2d", 1, read, expand, gemm_size, 6.0};

}  // namespace ampa::ops
