// The three jobs of a product of two activations in a training step, known from its shape alone.
#pragma once

#include <cstdint>

#include "gemm/conv_shape.h"
#include "gemm/gemm_job.h"
#include "gemm/job_geometry.h"

namespace ampa::gemm {

// Of every image `count` products (rows, cols) = A (rows, depth) * B (depth, cols), such as the heads of an attention;
// transposed_b: B lies as (cols, depth). The codes of A, B and the gradient have an image for every product of every
// image, its matrix as one line: 1 x rows positions of as many channels as it has columns.
struct ProductShape {
  std::int64_t images = 1, count = 1;
  std::int64_t rows = 1, cols = 1, depth = 1;
  bool transposed_b = false;

  std::int64_t macs() const { return count * rows * cols * depth; }  // of one image's forward pass
};

// What the operands a and b of a pass are: fwd: A, B; dgrad, the gradient of A: the gradient, B; wgrad, that of B: the
// gradient and A, or A and the gradient unless B is transposed (rule J4 of NUMERICS.md).
OperandKinds product_operands(const ProductShape& product, Pass pass);

JobGeometry product_geometry(const ProductShape& product, Pass pass, const ConvFormats& formats);

}  // namespace ampa::gemm
