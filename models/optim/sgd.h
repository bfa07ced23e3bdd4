// Stochastic gradient descent with momentum and weight decay.
#pragma once

#include <vector>

#include "ir/parameter.h"

namespace ampa::optim {

struct SgdConfig {
  double momentum = 0.9;
  double weight_decay = 1e-4;
};

// For every parameter: v = momentum * v + (g + weight_decay * w); w = w - rate * v, in FP32, the coefficients rounded to FP32
// first. A velocity that is still empty counts as zero.
void sgd_step(const std::vector<ir::Parameter*>& parameters, const SgdConfig& config, double rate);

}  // namespace ampa::optim
