// The one seam of the product: every quantized operation becomes a GemmJob, and whoever runs one returns the same
// integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/checked.h"
#include "gemm/accumulator_parts.h"
#include "gemm/code_tensor.h"

namespace ampa::gemm {

enum class Pass { kForward, kDataGradient, kWeightGradient };
std::string_view to_string(Pass pass);         // "fwd", "dgrad", "wgrad"
Pass pass_from_string(std::string_view name);  // throws InputError listing the valid names

// One operand of a job: a matrix of rows x depth raw codes, read through a window that slides over a CodeTensor.
//
// Row (image, y, x), with y < out_height and x < out_width, holds at depth (ky, kx, c) the code of grid position
// (origin_y + y * stride + ky, origin_x + x * stride + kx), channel c. A plain matrix has 1 x 1 positions. Transposed,
// rows and depth change places.
struct Operand {
  const CodeTensor* tensor = nullptr;
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride = 1;
  std::int64_t out_height = 1, out_width = 1;
  std::int64_t origin_y = 0, origin_x = 0;
  bool transposed = false;

  std::int64_t num_patches() const { return tensor->images * out_height * out_width; }
  std::int64_t patch_size() const { return kernel_height * kernel_width * tensor->channels; }
  std::int64_t rows() const { return transposed ? patch_size() : num_patches(); }
  std::int64_t depth() const { return transposed ? num_patches() : patch_size(); }
  CodeFormat format() const { return tensor->format; }
  std::int32_t zero_point() const { return tensor->zero_point; }
  std::int32_t code(std::int64_t row, std::int64_t k) const;
};

// The operand that is a whole matrix (see gemm::matrix).
Operand whole(const CodeTensor& tensor, bool transposed = false);

// The shape of a job and its formats: all that cycles and BitOPs depend on.
struct JobShape {
  std::int64_t m = 0, n = 0, k = 0;  // each >= 1
  CodeFormat a, b;

  // Multiply-accumulates. Throws OverflowError beyond 63 bits.
  std::int64_t macs() const { return checked_mul(m, n, k, "MACs"); }
  AccumulatorParts parts() const { return {a, b, k}; }
};

// C[m][n] = sum over k of A[m][k] * B[n][k], on raw codes (zero points not subtracted): A has M rows, B has N rows,
// both have depth K.
//
//   pass   A                          B                          M                 N             K
//   fwd    patches of activations     weights                    images*out_h*out_w  out_c       k_h*k_w*in_c
//   dgrad  patches of dilated output  weights, rotated by 180    images*in_h*in_w    in_c        k_h*k_w*out_c
//          gradients                  degrees, in/out exchanged
//   wgrad  output gradients,          patches of activations,    out_c               k_h*k_w*in_c  images*out_h*out_w
//          transposed                 transposed
struct GemmJob {
  Operand a, b;
  std::string layer;
  std::int64_t step = 0;
  Pass pass = Pass::kForward;

  std::int64_t m() const { return a.rows(); }
  std::int64_t n() const { return b.rows(); }
  std::int64_t k() const { return a.depth(); }
  JobShape shape() const { return {m(), n(), k(), a.format(), b.format()}; }
};

// Throws InputError naming what is wrong: depths that differ, an empty dimension, a width outside 1..8, a window that
// leaves its grid, two-level codes on a padded or dilated grid whose zero point is no code.
void check(const GemmJob& job);

}  // namespace ampa::gemm
