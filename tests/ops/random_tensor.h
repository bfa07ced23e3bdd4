#pragma once

#include "ir/tensor.h"
#include "numerics/random_stream.h"

namespace ampa::ops {

// Uniform values in (-1, 1), none nearer to 0 than 0.05 and no two equal neighbours: kinks of ReLU and max stay away
// from the differences.
inline ir::Tensor random_tensor(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, std::uint32_t index) {
  const numerics::RandomStream stream{7, 0, index};
  ir::Tensor tensor;
  tensor.resize(n, h, w, c);
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    const double unit = stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1;
    tensor.values[i] = static_cast<float>(unit + (unit < 0 ? -0.05 : 0.05));
  }
  return tensor;
}

}  // namespace ampa::ops
