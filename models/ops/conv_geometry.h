// The index arithmetic that forward, data-gradient and weight-gradient convolutions share. A linear layer is the case
// of a 1 x 1 kernel on a 1 x 1 map; a transposed convolution that from its output to its input.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/ceil_div.h"
#include "common/thread_pool.h"
#include "gemm/conv_shape.h"
#include "ir/network.h"
#include "ops/transpose_bytes.h"
#include "quant/tensor_quantizer.h"

namespace ampa::ops {

struct ConvGeometry {
  ir::Shape in, out;
  YX kernel = 1, stride = 1, padding = 0, dilation = 1;  // padding < the window's extent
  std::int64_t groups = 1;                               // divides the channels of both

  ir::Shape in_group() const { return {in.channels / groups, in.height, in.width}; }
  ir::Shape out_group() const { return {out.channels / groups, out.height, out.width}; }
  std::int64_t depth() const { return kernel.y * kernel.x * in_group().channels; }  // K of the forward pass
  std::int64_t macs() const { return out.size() * depth(); }                        // of one image's forward pass
  std::int64_t num_weights() const { return out.channels * depth(); }

  quant::FloatShape input_shape(std::int64_t images) const { return {images, in.height, in.width, in.channels}; }
  quant::FloatShape output_shape(std::int64_t images) const { return {images, out.height, out.width, out.channels}; }
  quant::FloatShape weight_shape() const { return {out.channels, kernel.y, kernel.x, in_group().channels}; }
  gemm::ConvShape conv_shape(bool transposed) const {  // of one image
    return {1,        in.height, in.width, in.channels, out.height, out.width, out.channels,
            kernel.y, kernel.x,  stride,   padding,     dilation,   groups,    transposed};
  }

  // The input with its padding around it.
  quant::GridLayout input_layout() const {
    return {in.height + 2 * padding.y, in.width + 2 * padding.x, padding.y, padding.x, 1};
  }
  // The output gradient as the data gradient's convolution wants it: stride - 1 zeros between positions, and around
  // them a border that makes a stride-1 window give exactly the input's positions.
  quant::GridLayout gradient_layout() const {
    const YX reach{dilation.y * (kernel.y - 1), dilation.x * (kernel.x - 1)};
    return {in.height + reach.y, in.width + reach.x, reach.y - padding.y, reach.x - padding.x, stride};
  }
};

// Weights (out_c, k, k, in_c of a group) turned by 180 degrees with the channels of every group exchanged: (in_c, k, k,
// out_c of a group).
template <typename T>
void rotate_weights(const ConvGeometry& geometry, const T* weights, T* rotated, ThreadPool& threads) {
  const std::int64_t taps = geometry.kernel.y * geometry.kernel.x;
  const std::int64_t in_c = geometry.in_group().channels, out_c = geometry.out_group().channels;
  // Channels of a tile: a line of neighbours, of as many others as stay in the first cache at any distance.
  constexpr std::int64_t kInTile = 64, kOutTile = 32;
  const std::int64_t strips = ceil_div(in_c, kInTile);
  threads.for_each_part(geometry.groups * strips, [&](std::int64_t part) {
    const std::int64_t group_start = part / strips * in_c * taps * out_c;
    const std::int64_t first = part % strips * kInTile, last = std::min(first + kInTile, in_c);
    for (std::int64_t tap = 0; tap < taps; ++tap)
      for (std::int64_t begin = 0; begin < out_c; begin += kOutTile) {
        const std::int64_t end = std::min(begin + kOutTile, out_c);
        const T* const from = weights + group_start + tap * in_c;
        T* const to = rotated + group_start + (taps - 1 - tap) * out_c;
        const auto exchange = [&](std::int64_t i_begin, std::int64_t i_end, std::int64_t o_begin, std::int64_t o_end) {
          for (std::int64_t i = i_begin; i < i_end; ++i)
            for (std::int64_t o = o_begin; o < o_end; ++o) to[i * taps * out_c + o] = from[o * taps * in_c + i];
        };
        if constexpr (sizeof(T) == 1) {
          const std::int64_t in_tiles = (last - first) / kByteTile * kByteTile;
          const std::int64_t out_tiles = (end - begin) / kByteTile * kByteTile;
          for (std::int64_t i = first; i < first + in_tiles; i += kByteTile)
            for (std::int64_t o = begin; o < begin + out_tiles; o += kByteTile)
              transpose_bytes(from + o * taps * in_c + i, taps * in_c, to + i * taps * out_c + o, taps * out_c);
          exchange(first, first + in_tiles, begin + out_tiles, end);
          exchange(first + in_tiles, last, begin, end);
        } else {
          exchange(first, last, begin, end);
        }
      }
  });
}

}  // namespace ampa::ops
