// The gradients of all parameters, shortened together where they are too long. Rule O6 of NUMERICS.md.
#pragma once

#include "optim/optimizer.h"

namespace ampa::optim {

// clip_norm; 0: gradients stay as they are. It acts with every optimizer.
const settings::OwnSettings& clipping_settings();

// The length of all gradients as one vector: the square root of the sum, in double, of the squares, added in the order
// of the parameters and of their elements.
double gradient_norm(const Parameters& parameters);

// Where that length is above `limit` > 0, every gradient is multiplied, in FP32, by limit / length (a double, rounded
// to FP32 once). Returns the length before that. Throws NonFiniteError if it is not finite.
double clip_gradients(const Parameters& parameters, double limit);

}  // namespace ampa::optim
