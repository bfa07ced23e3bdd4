// The three jobs of a convolution's training step, known from its shape alone.
#pragma once

#include <cstdint>

#include "gemm/gemm_job.h"
#include "gemm/job_geometry.h"

namespace ampa::gemm {

// A convolution of `images` maps. A linear layer is a 1 x 1 kernel on 1 x 1 maps. Output position (y, x) is the window
// whose tap (j, i) lies at input position (y * stride.y - padding.y + j * dilation.y, x * stride.x - padding.x + i *
// dilation.x); taps outside the map are padding. Group g of the output channels reads group g of the input channels;
// `groups` divides both.
//
// A transposed convolution goes the other way: its input is what the convolution calls its output. Its forward pass is
// the data gradient's product on activations, its data gradient the forward product on gradients, and in the gradient
// of the weights the two change places (rule J2 of NUMERICS.md).
struct ConvShape {
  std::int64_t images = 1;
  std::int64_t in_height = 1, in_width = 1, in_channels = 1;
  std::int64_t out_height = 1, out_width = 1, out_channels = 1;
  std::int64_t kernel_height = 1, kernel_width = 1;
  YX stride = 1, padding = 0, dilation = 1;
  std::int64_t groups = 1;
  bool transposed = false;
};

// The formats of a layer's tensors.
struct ConvFormats {
  CodeFormat activations, weights, gradients;
};

// What the operands a and b of a pass are: as gemm::operand_kinds(pass), and of a transposed convolution's wgrad
// activations and gradients.
OperandKinds conv_operands(const ConvShape& conv, Pass pass);

// The operands of one pass over a convolution in the table of gemm::GemmJob, with zero points of 0.
JobGeometry conv_geometry(const ConvShape& conv, Pass pass, const ConvFormats& formats);

}  // namespace ampa::gemm
