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
struct ConvShape {
  std::int64_t images = 1;
  std::int64_t in_height = 1, in_width = 1, in_channels = 1;
  std::int64_t out_height = 1, out_width = 1, out_channels = 1;
  std::int64_t kernel_height = 1, kernel_width = 1;
  YX stride = 1, padding = 0, dilation = 1;
  std::int64_t groups = 1;
};

// The formats of a convolution's tensors.
struct ConvFormats {
  CodeFormat activations, weights, gradients;
};

// The operands of one pass over a convolution in the table of gemm::GemmJob, with zero points of 0. Equals
// geometry_of() of the jobs that ir::QuantizedLayer makes.
JobGeometry conv_geometry(const ConvShape& conv, Pass pass, const ConvFormats& formats);

}  // namespace ampa::gemm
