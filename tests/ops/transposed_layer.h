// A conv_transpose2d for OpHarness.
#pragma once

#include "op_harness.h"

namespace ampa::ops {

inline ir::Layer transposed(ir::Shape in, std::int64_t channels, const ir::ConvAttributes& conv) {
  const auto extent = [](std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
    return (size - 1) * stride - 2 * padding + kernel;
  };
  ir::Layer one = layer("conv_transpose2d", {-1}, in,
                        {channels, extent(in.height, conv.kernel.y, conv.stride.y, conv.padding.y),
                         extent(in.width, conv.kernel.x, conv.stride.x, conv.padding.x)});
  one.conv = conv;
  return one;
}

inline ir::ConvAttributes attributes(YX kernel, YX stride, YX padding, bool has_bias) {
  ir::ConvAttributes conv;
  conv.kernel = kernel, conv.stride = stride, conv.padding = padding, conv.has_bias = has_bias;
  return conv;
}

}  // namespace ampa::ops
