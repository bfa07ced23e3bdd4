// The one seam of the product: every quantized operation becomes a GemmJob, and whoever runs one returns the same
// integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "common/checked.h"
#include "common/yx.h"
#include "gemm/accumulator_parts.h"
#include "gemm/code_tensor.h"

namespace ampa::gemm {

enum class Pass { kForward, kDataGradient, kWeightGradient };
std::string_view to_string(Pass pass);         // "fwd", "dgrad", "wgrad"
Pass pass_from_string(std::string_view name);  // throws InputError listing the valid names

using OperandKinds = std::pair<OperandKind, OperandKind>;  // of a and b

// What they are in a pass of a convolution or linear layer (gemm::operand_kinds(LayerShape, Pass) has the others):
//   fwd: activations, weights;  dgrad: gradients, weights;  wgrad: gradients, activations.
OperandKinds operand_kinds(Pass pass);

// Which images, or channels, of its tensor each GEMM of a batch reads: number i those from first + i * size on.
struct BatchWindow {
  std::int64_t first = 0;
  std::int64_t size = 0;   // 0: all of the tensor's, in every GEMM
  std::int64_t count = 1;  // 0: as many windows as the tensor holds

  std::int64_t size_in(std::int64_t extent) const { return size == 0 ? extent : size; }
  std::int64_t count_in(std::int64_t extent) const { return count == 0 ? extent / size : count; }
};

// One operand of a job: of every GEMM of its batch a matrix of rows x depth raw codes, read through a window that
// slides over a CodeTensor.
//
// Row (image, y, x), with y < out_height and x < out_width, holds at depth (ky, kx, c) the code of grid position
// (origin_y + y * stride.y + ky * dilation.y, origin_x + x * stride.x + kx * dilation.x), channel c. A plain matrix has
// 1 x 1 positions. Transposed, rows and depth change places. GEMM b of the batch reads image window b / C and channel
// window b mod C, where C is the number of channel windows: the groups of a convolution, the heads of an attention.
struct Operand {
  const CodeTensor* tensor = nullptr;
  std::int64_t kernel_height = 1, kernel_width = 1;
  YX stride = 1;
  std::int64_t out_height = 1, out_width = 1;
  std::int64_t origin_y = 0, origin_x = 0;
  bool transposed = false;
  YX dilation = 1;  // of the window; tensor->dilation is that of the grid
  BatchWindow images = {}, channels = {};

  // Of one GEMM.
  std::int64_t num_images() const { return images.size_in(tensor->images); }
  std::int64_t num_channels() const { return channels.size_in(tensor->channels); }
  std::int64_t num_patches() const { return num_images() * out_height * out_width; }
  std::int64_t patch_size() const { return kernel_height * kernel_width * num_channels(); }
  std::int64_t rows() const { return transposed ? patch_size() : num_patches(); }
  std::int64_t depth() const { return transposed ? num_patches() : patch_size(); }

  std::int64_t num_image_windows() const { return images.count_in(tensor->images); }
  std::int64_t num_channel_windows() const { return channels.count_in(tensor->channels); }
  std::int64_t batch() const { return num_image_windows() * num_channel_windows(); }
  Operand element(std::int64_t b) const;  // that of GEMM b alone
  bool reads_all_channels() const { return num_channels() == tensor->channels; }

  CodeFormat format() const { return tensor->format; }
  std::int32_t zero_point() const { return tensor->zero_point; }
  std::int32_t code(std::int64_t row, std::int64_t k) const;  // of the first GEMM
};

// The operand that is a whole matrix (see gemm::matrix).
Operand whole(const CodeTensor& tensor, bool transposed = false);

// The shape of a job and its formats: all that cycles and BitOPs depend on.
struct JobShape {
  std::int64_t m = 0, n = 0, k = 0;  // each >= 1
  CodeFormat a, b;
  std::int64_t batch = 1;  // independent GEMMs of this shape

  // Multiply-accumulates of all GEMMs. Throws OverflowError beyond 63 bits.
  std::int64_t macs() const { return checked_mul(checked_mul(m, n, k, "MACs"), batch, "MACs"); }
  AccumulatorParts parts() const { return {a, b, k}; }
};

// C[m][n] = sum over k of A[m][k] * B[n][k], on raw codes (zero points not subtracted): A has M rows, B has N rows,
// both have depth K. A job of a batch is that for every GEMM of it.
//
//   pass   A                          B                          M                 N             K
//   fwd    patches of activations     weights                    images*out_h*out_w  out_c       k_h*k_w*in_c
//   dgrad  patches of dilated output  weights, rotated by 180    images*in_h*in_w    in_c        k_h*k_w*out_c
//          gradients                  degrees, in/out exchanged
//   wgrad  output gradients,          patches of activations,    out_c               k_h*k_w*in_c  images*out_h*out_w
//          transposed                 transposed
//
// Of a convolution in groups in_c and out_c are those of a group, and the batch is the groups: windows on the channels
// of activations and gradients, on the images of weights.
struct GemmJob {
  Operand a, b;
  std::string layer;
  std::int64_t step = 0;
  Pass pass = Pass::kForward;

  std::int64_t m() const { return a.rows(); }
  std::int64_t n() const { return b.rows(); }
  std::int64_t k() const { return a.depth(); }
  std::int64_t batch() const { return a.batch(); }
  JobShape shape() const { return {m(), n(), k(), a.format(), b.format(), batch()}; }
  GemmJob element(std::int64_t index) const { return {a.element(index), b.element(index), layer, step, pass}; }
};

// Throws InputError naming what is wrong: depths or batches that differ, an empty dimension, a width outside 1..8, a
// window that leaves its grid, its images or its channels, two-level codes on a padded or dilated grid whose zero point
// is no code.
void check(const GemmJob& job);

}  // namespace ampa::gemm
