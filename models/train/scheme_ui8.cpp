// UI8 (Zhu et al., Towards Unified INT8 Training for Convolutional Neural Network, CVPR 2020, arXiv 1912.12607): one
// scale a tensor, s = c / 127, q = round(clip(x, c) / s); weights and activations with c = max |x| to the nearest code;
// gradients with the c of the least deviation in direction, searched on a period, rounded stochastically; the rate of a
// layer falls by max(exp(-20 d_c), 0.1). What the paper leaves open, and the way taken here: how c is searched
// (quant/clip_direction.cpp) and that d_c is that of the last search.
#include "train/scheme.h"

namespace ampa::train {

Scheme scheme_ui8() {
  Scheme scheme;
  scheme.name = "ui8";
  scheme.allocator = "staged";
  scheme.description =
      "INT8 with direction-sensitive clipping of gradients and rates that fall with the deviation (Zhu 2020)";
  scheme.activations = {"symmetric", "", "nearest"};
  scheme.gradients = {"symmetric", "direction", "stochastic"};
  scheme.rate_scaling = "deviation";
  return scheme;
}

}  // namespace ampa::train
