// Convolutions and linear layers of two-level weights and activations: rules X1 to X5 and G1 to G7 of NUMERICS.md.
#pragma once

#include "ops/integer_convolution.h"

namespace ampa::ops {

// Forward multiplies signs by signs and scales every output channel by a learned number, the parameter LAYER.out_scale.
// Backward quantizes the gradient twice and prunes it, image by image for the data gradient, channel by channel for the
// weight gradient; both pass the signs straight through inside -1 .. 1. Layers with groups of channels are refused.
void expand_two_level(ir::QuantizedLayer& sites, const ir::TwoLevel& rules, const ConvGeometry& geometry,
                      std::int64_t counted_macs, const ConvParameters& parameters, ir::ValueId input,
                      ir::ValueId output, ir::Builder& builder);

}  // namespace ampa::ops
