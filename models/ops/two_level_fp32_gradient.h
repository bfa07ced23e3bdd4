// The FP32 gradients of a product of signs (rule X6 of NUMERICS.md): training with one-bit weights and activations
// whose gradients are not quantized.
#pragma once

#include "ir/builder.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

// The product and its operands. The codes are those of its forward pass.
struct SignProduct {
  ir::QuantizedLayer& sites;
  ConvGeometry geometry;
  const ir::Codes &x, &w;
  ir::Parameter& weights;
  ir::ValueId input;
};

// From `of_sums`, the gradient of the product's sums, to those of its input and its weights. Nothing is quantized, and
// no job runs.
void write_fp32_gradients(const SignProduct& product, ir::ValueId of_sums, ir::Gradients& gradients,
                          ir::Builder& builder);

}  // namespace ampa::ops
