// DAI8 (Zhao et al., Distribution Adaptive INT8 Quantization for Training CNNs, AAAI 2021, arXiv 2102.04782):
// q = round(127 clamp(x, s) / s); weights and activations with one s = max |x|; the gradient that the weight gradient
// reads with one s for every output channel (gradient vectorized quantization), that of the data gradient with one for
// the tensor: two quantizations of one gradient; s of gradients by the magnitude-aware rule (quant/clip_magnitude.cpp).
// What the paper leaves open, and the way taken here: gradients are rounded stochastically, with random bits of their
// own for each quantization, and the rule of s holds for both.
#include "train/scheme.h"

namespace ampa::train {

Scheme scheme_dai8() {
  Scheme scheme;
  scheme.name = "dai8";
  scheme.allocator = "staged";
  scheme.description = "INT8 with a scale a channel for gradients of weights and magnitude-aware clipping (Zhao 2021)";
  scheme.activations = {"symmetric", "", "nearest"};
  scheme.gradients = {"symmetric", "magnitude_aware", "stochastic"};
  scheme.gradient_scales = "channel";
  return scheme;
}

}  // namespace ampa::train
