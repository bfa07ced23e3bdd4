// Parameters that are kept in fixed point.
#pragma once

#include "optim/optimizer.h"

namespace ampa::optim {

// To be called behind an optimizer's step: of every parameter with fraction_bits f > 0 each value w becomes
// rhe(fl32(w * 2^f)) * 2^-f, limited to +-(1 - 2^-7) (WAGEUBN's update: W in 16 bits, clipped). Rule W2 of NUMERICS.md.
void store_in_fixed_point(const Parameters& parameters);

}  // namespace ampa::optim
