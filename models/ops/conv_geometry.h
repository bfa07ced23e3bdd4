// The index arithmetic that forward, data-gradient and weight-gradient convolutions share. A linear layer is the case
// of a 1 x 1 kernel on a 1 x 1 map.
#pragma once

#include <cstdint>

#include "gemm/conv_shape.h"
#include "ir/network.h"
#include "quant/tensor_quantizer.h"

namespace ampa::ops {

struct ConvGeometry {
  ir::Shape in, out;
  std::int64_t kernel = 1, stride = 1, padding = 0;  // padding < kernel

  std::int64_t depth() const { return kernel * kernel * in.channels; }        // K of the forward pass
  std::int64_t num_weights() const { return out.channels * depth(); }

  quant::FloatShape input_shape(std::int64_t images) const { return {images, in.height, in.width, in.channels}; }
  quant::FloatShape output_shape(std::int64_t images) const { return {images, out.height, out.width, out.channels}; }
  quant::FloatShape weight_shape() const { return {out.channels, kernel, kernel, in.channels}; }
  gemm::ConvShape conv_shape() const {  // of one image
    return {1, in.height, in.width, in.channels, out.height, out.width, out.channels, kernel, kernel, stride, padding};
  }

  // The input with its padding around it.
  quant::GridLayout input_layout() const {
    return {in.height + 2 * padding, in.width + 2 * padding, padding, padding, 1};
  }
  // The output gradient as the data gradient's convolution wants it: stride - 1 zeros between positions, and around
  // them a border that makes a stride-1 window give exactly the input's positions.
  quant::GridLayout gradient_layout() const {
    const std::int64_t border = kernel - 1 - padding;
    return {in.height + kernel - 1, in.width + kernel - 1, border, border, stride};
  }
};

// Weights (out_c, k, k, in_c) turned by 180 degrees with the channels exchanged: (in_c, k, k, out_c).
template <typename T>
void rotate_weights(const ConvGeometry& geometry, const T* weights, T* rotated) {
  const std::int64_t taps = geometry.kernel * geometry.kernel;
  const std::int64_t in_c = geometry.in.channels, out_c = geometry.out.channels;
  for (std::int64_t o = 0; o < out_c; ++o)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      for (std::int64_t i = 0; i < in_c; ++i)
        rotated[(i * taps + (taps - 1 - tap)) * out_c + o] = weights[(o * taps + tap) * in_c + i];
}

}  // namespace ampa::ops
