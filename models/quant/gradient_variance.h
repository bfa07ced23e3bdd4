// The variance of quantized gradients: the bounds of 1-bit FQT (arXiv 2408.14267), and what it is for a tensor.
//
// Of groups of D elements in ranges from -R_i to R_i, on B steps of 2 R_i / B (B = 2 (2^(b-1) - 1) for b >= 2 bits, 1
// for two levels), stochastic rounding has at most a quarter of a squared step an element:
//   per tensor   N D (2 R)^2 / (4 B^2), R the largest
//   per group    D / (4 B^2) sum of (2 R_i)^2
//   AQ           the same over the N / b largest, as they print it: the rounding of what is kept, without the variance
//                of the draws.
#pragma once

#include <vector>

#include "quant/group_pruning.h"
#include "quant/kept_groups.h"

namespace ampa::quant {

double num_steps(Bits bits);  // B

double per_tensor_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits);
double per_group_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits);
double pruned_variance_bound(const std::vector<float>& ranges, std::int64_t group_size, Bits bits);

// The sum over elements of E (value - x)^2 of the sampled rule, exactly but for the 16 bits of the draws:
//   sum over groups of (rounding variance of Q_b(g_i)) / p_i + (1 / p_i - 1) |g_i|^2
// and |g_i|^2 where p_i is 0. With p_i = 1 everywhere that of a per-group quantizer. `groups` holds the elements of
// each.
double expected_squared_error(const std::vector<std::vector<float>>& groups, const std::vector<double>& probabilities,
                              Bits bits);

}  // namespace ampa::quant
