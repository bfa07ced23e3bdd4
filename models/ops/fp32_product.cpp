#include "ops/fp32_product.h"

#include <algorithm>

#include "common/ceil_div.h"
#include "kernels/fp32_tiles.h"

namespace ampa::ops {

void Fp32Product::set_right(const float* b, std::int64_t depth, std::int64_t cols, bool transposed) {
  depth_ = depth;
  cols_ = cols;
  packed_.resize(static_cast<std::size_t>(depth * round_up(cols, kernels::kFp32Pad)));
  float* row = packed_.data();
  for (std::int64_t first = 0; first < cols; first += kernels::kFp32Pad) {
    const std::int64_t count = std::min<std::int64_t>(kernels::kFp32Pad, cols - first);
    for (std::int64_t k = 0; k < depth; ++k, row += kernels::kFp32Pad) {
      if (transposed)
        for (std::int64_t n = 0; n < count; ++n) row[n] = b[(first + n) * depth + k];
      else
        std::copy_n(b + k * cols + first, count, row);
      std::fill(row + count, row + kernels::kFp32Pad, 0.0f);
    }
  }
}

void Fp32Product::multiply(const float* a, std::int64_t rows, bool transposed, float* out) {
  if (transposed) {
    left_.resize(static_cast<std::size_t>(rows * depth_));
    for (std::int64_t k = 0; k < depth_; ++k)
      for (std::int64_t r = 0; r < rows; ++r) left_[static_cast<std::size_t>(r * depth_ + k)] = a[k * rows + r];
    a = left_.data();
  }
  rows_.clear();
  for (std::int64_t r = 0; r < round_up(rows, kernels::kFp32TileRows); ++r)
    rows_.push_back(a + std::min(r, rows - 1) * depth_);
  kernels::active_fp32().dot_rows(rows_.data(), rows, {1, 0, depth_}, packed_.data(), cols_, cols_, false, out);
}

}  // namespace ampa::ops
