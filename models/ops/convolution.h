// What conv2d and linear layers become: one forward, one data-gradient and one weight-gradient product, on integer
// codes or in FP32.
#pragma once

#include "ir/builder.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

// On codes by ops/integer_convolution.h if the layer is quantized. The weights lie as (out_c, k, k, in_c of a group);
// `weight_shape` is what the parameter is known by.
ir::ValueId expand_convolution(const ir::Layer& layer, const ConvGeometry& geometry,
                               std::vector<std::int64_t> weight_shape, bool has_bias, ir::ValueId input,
                               ir::Builder& builder);

}  // namespace ampa::ops
