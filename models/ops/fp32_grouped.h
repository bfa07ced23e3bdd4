// The three FP32 products of convolutions that kernels/fp32_conv.h does not read as they lie: in groups, dilated, or
// with unequal strides. The sums run in the order that NUMERICS.md states (T1, T2).
#pragma once

#include "common/thread_pool.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

bool needs_grouped_products(const ConvGeometry& geometry);

// input (images, in), weights (out_c, k_h, k_w, in_c of a group), out (images, out).
void grouped_forward(const ConvGeometry& geometry, std::int64_t images, const float* input, const float* weights,
                     float* out, ThreadPool& threads);

// gradient (images, out), rotated: see rotate_weights(); target (images, in).
void grouped_data_gradient(const ConvGeometry& geometry, std::int64_t images, const float* gradient,
                           const float* rotated, float* target, ThreadPool& threads);

// weight_gradient is shaped as the weights.
void grouped_weight_gradient(const ConvGeometry& geometry, std::int64_t images, const float* input,
                             const float* gradient, float* weight_gradient, ThreadPool& threads);

}  // namespace ampa::ops
