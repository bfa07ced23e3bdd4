// Batch normalisation of which every tensor lies on a fixed-point grid (WAGEUBN, Yang et al., Training high-performance
// and large-scale deep neural networks with full 8-bit integers, Neural Networks 2020, section 3.3; yang-yk/wageubn).
#pragma once

#include "ir/builder.h"

namespace ampa::ops {

// The parameters and running statistics of a batch norm, by channel.
struct NormParameters {
  ir::Parameter &gamma, &beta;
  Eigen::ArrayXf &running_mean, &running_var;
};

// With grid_k(x) = rhe(fl32(x * 2^(k-1))) * 2^(1-k), rules W3 and W4 of NUMERICS.md; every operation is rounded to
// FP32, sums are doubles over positions and then images in ascending order.
//   forward:  m = grid_16(mean), v = grid_16(variance), r = 1 / sqrt(v + 1e-5), h = grid_8((x - m) * r),
//             y = h * grid_8(gamma) + grid_8(beta)
//   backward: d' = the values of d's 8-bit codes on a power-of-two scale, to the nearest code (the paper's E1);
//             gradients G of gamma and B of beta: grid_15(sum of d' * h), grid_15(sum of d');
//             dx = (grid_8(gamma) * r) * ((d' - sum(d') / n) - h * (sum(d' * h) / n)), n positions of a batch
// An evaluation takes the running statistics for m and v before they are put on the grid.
ir::ValueId expand_fixed_point_batch_norm(const ir::Layer& layer, const NormParameters& parameters, ir::ValueId input,
                                          ir::Builder& builder);

}  // namespace ampa::ops
