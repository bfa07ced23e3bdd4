// WAGEUBN (Yang et al., Training high-performance and large-scale deep neural networks with full 8-bit integers, Neural
// Networks 2020; yang-yk/wageubn, Quantize.py), with Q(x, k) = round(x 2^(k-1)) / 2^(k-1) and
// Shift(x) = 2^round(log2 max |x|):
//   W:  clip(Q(W, 8), +-(1 - 2^-7)): fixed-point scales of 2^-7
//   A:  8 bits; E1, E2: Shift * clip(Q(x / Shift, 8)): power-of-two scales
//   G:  clip(stochastic(128 g / Shift), +-127) / (128 * 2^7) (ir/quantize_gradient.h)
//   update: W in 16 bits (optim/fixed_point_store.h); batch norm: ops/fixed_point_batch_norm.h
// Where this departs from the paper: A has a power-of-two scale that holds its values in place of a fixed one with as
// many integer bits as it takes; E2 is the plain 8-bit form, without the flag bit of the paper's (a ninth bit, for
// which no operand has room); the rate and the momentum stay FP32.
#include "train/scheme.h"

namespace ampa::train {

Scheme scheme_wageubn() {
  Scheme scheme;
  scheme.name = "wageubn";
  scheme.allocator = "staged";
  scheme.description = "8 bits on power-of-two scales, with fixed-point batch norm and update (Yang 2020)";
  scheme.weights = {"fixed_point", "", "nearest"};
  scheme.activations = {"power_of_two", "", "nearest"};
  scheme.gradients = {"power_of_two", "", "nearest"};
  scheme.weight_update = "fixed_point";
  scheme.batch_norm = "fixed_point";
  return scheme;
}

}  // namespace ampa::train
