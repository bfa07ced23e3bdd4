// One FP32 matrix product on one thread, by the loops of kernels/fp32_tiles.h: every sum starts from 0 and adds its
// products in ascending depth (rule T1 of NUMERICS.md).
#pragma once

#include <cstdint>
#include <vector>

namespace ampa::ops {

// Matrices are row-major without gaps. Its memory is used again from product to product; one object per thread.
class Fp32Product {
 public:
  // b is (depth, cols), or its transposed (cols, depth).
  void set_right(const float* b, std::int64_t depth, std::int64_t cols, bool transposed);
  // out (rows, cols) = a times what was set; a is (rows, depth), or its transposed (depth, rows).
  void multiply(const float* a, std::int64_t rows, bool transposed, float* out);

 private:
  std::int64_t depth_ = 0, cols_ = 0;
  std::vector<float> packed_, left_;
  std::vector<const float*> rows_;
};

}  // namespace ampa::ops
