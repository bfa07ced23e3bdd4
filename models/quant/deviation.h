// How far the direction of a tensor's codes is from that of its values.
#pragma once

#include "quant/clipping.h"

namespace ampa::quant {

// d_c = 1 - <x, v> / (|x| |v|) of the values x of a group and those v of their codes under a range (UI8, Zhu et al.
// 2020, section 3.3): 0 for the same direction, 1 for none in common. Three sums of double products in ascending order;
// 0 where all x are 0, 1 where only the codes stand for 0.
double deviation(const ValueGroup& group, const Encoding& encoding, const numerics::Range& range);

// phi(d_c) = max(exp(-alpha * d_c), beta): by how much the rate falls that is used on a gradient of that deviation
// (UI8, section 3.4).
double rate_factor(double deviation, double alpha, double beta);

}  // namespace ampa::quant
