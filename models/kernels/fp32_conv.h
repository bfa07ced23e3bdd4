// FP32 convolution and matrix products whose bits depend neither on the instruction set nor on the number of threads:
// every product and every sum is rounded on its own (no fused multiply-add) and sums run in a fixed order. Eigen's
// products are not used for them because their summation order follows the vector width and the cache sizes of the
// machine.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"

namespace ampa::kernels {

// Patches of a float grid, as gemm::Operand has them of codes: row (image, y, x), depth (ky, kx, c).
struct Fp32Window {
  const float* grid = nullptr;  // (images, grid_height, grid_width, channels)
  std::int64_t images = 0, grid_height = 0, grid_width = 0, channels = 0;
  std::int64_t kernel_height = 1, kernel_width = 1, stride = 1;
  std::int64_t out_height = 1, out_width = 1;

  std::int64_t rows() const { return images * out_height * out_width; }
  std::int64_t depth() const { return kernel_height * kernel_width * channels; }
};

// out[row][n] = sum over k of patch[row][k] * b[n][k], from 0, in ascending k.
// b is (num_cols, depth), out is (rows, num_cols).
void fp32_patches_times(const Fp32Window& patches, const float* b, std::int64_t num_cols, float* out,
                        ThreadPool& threads);

// out[m][k] = sum over rows of g[row][m] * patch[row][k]: ascending within an image, then over images in ascending
// order. g is (rows, num_rows), out is (num_rows, depth).
void fp32_transposed_times_patches(const float* g, std::int64_t num_rows, const Fp32Window& patches, float* out,
                                   ThreadPool& threads);

}  // namespace ampa::kernels
