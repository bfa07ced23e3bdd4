// The square windows of pools.
#pragma once

#include <cstdint>

#include "ir/network.h"
#include "ops/attribute_reader.h"

namespace ampa::ops {

struct PoolWindow {
  ir::Shape in, out;
  std::int64_t kernel_height = 1, kernel_width = 1, stride = 1, padding = 0;

  // Whether every position of the map lies in exactly one window.
  bool windows_tile() const {
    return kernel_height == stride && kernel_width == stride && padding == 0 && out.height * stride == in.height &&
           out.width * stride == in.width;
  }

  // Calls visit(out element offset, in element offset) for the first channel of every pair of an output position and a
  // position of its window that lies on the map, in row-major order.
  template <typename Visit>
  void for_each_pair(const Visit& visit) const {
    for (std::int64_t oy = 0; oy < out.height; ++oy)
      for (std::int64_t ox = 0; ox < out.width; ++ox)
        for (std::int64_t ky = 0; ky < kernel_height; ++ky)
          for (std::int64_t kx = 0; kx < kernel_width; ++kx) {
            const std::int64_t y = oy * stride + ky - padding, x = ox * stride + kx - padding;
            if (y < 0 || x < 0 || y >= in.height || x >= in.width) continue;
            visit((oy * out.width + ox) * out.channels, (y * in.width + x) * in.channels);
          }
  }
};

// A window that touches its input wherever it stands.
inline void read_pool_window(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.pool_window(layer);
}

inline PoolWindow pool_window(const ir::Layer& layer) {
  return {layer.in, layer.out, layer.kernel, layer.kernel, layer.stride, layer.padding};
}

}  // namespace ampa::ops
