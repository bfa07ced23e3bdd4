// The rates of learned scales: ALRS (Adaptive Learning Rate Scaling, arXiv 2502.01199).
#pragma once

#include <string>
#include <vector>

#include "numerics/formats.h"
#include "optim/optimizer.h"

namespace ampa::optim {

// How the rate lambda_b of the scales at width b follows from the rate lambda of the step, g_i being the gradients of
// the L scales' factors and eta_b = 10^(-D/2) for even D = h - b, 5 * 10^(-(D+1)/2) for odd D:
//   off        lambda
//   published  eta_b * max(lambda - mean min(|g_i|, 1), 0): as printed, but for the limit, since the difference is
//   negative
//              wherever the mean is above lambda; the scales then stand still
//   relative   eta_b * lambda * (1 - mean min(|g_i|, 1)): the same as a part of lambda, never negative
enum class ScaleRates { kOff, kPublished, kRelative };

// Of a step of a model of width `high`: limits the gradients of parameters that are scales to [-1, 1] (but for kOff)
// and sets their rate factors. bits[i] is the width at which parameter i was used, of those that are scales; `rate` > 0
// is that of the step.
void set_scale_rates(const Parameters& parameters, ScaleRates form, Bits high, const std::vector<Bits>& bits,
                     double rate);

double width_rate_factor(Bits high, Bits bits);  // eta_b: 1, 0.1, 0.01, 0.001 for 8, 6, 4, 2 bits of 8

}  // namespace ampa::optim
