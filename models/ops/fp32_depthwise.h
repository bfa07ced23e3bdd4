// FP32 convolutions of one channel a group, by loops over the channels. The sums of a channel run in the order of any
// other convolution (T1, T2); products with padding, which add 0, are left out.
#pragma once

#include "common/thread_pool.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

bool is_depthwise(const ConvGeometry& geometry);  // one input and one output channel a group

// As the functions of fp32_grouped.h.
void depthwise_forward(const ConvGeometry& geometry, std::int64_t images, const float* input, const float* weights,
                       float* out, ThreadPool& threads);
void depthwise_data_gradient(const ConvGeometry& geometry, std::int64_t images, const float* gradient,
                             const float* rotated, float* target, ThreadPool& threads);
// Of one image.
void depthwise_image_weight_gradient(const ConvGeometry& geometry, const float* input, const float* gradient,
                                     float* weight_gradient);

}  // namespace ampa::ops
