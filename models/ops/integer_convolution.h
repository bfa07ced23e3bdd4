// A convolution, a linear layer or a transposed convolution on codes, by rules J1 and J2 of NUMERICS.md.
#pragma once

#include <cstdint>

#include "ir/builder.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

struct ConvParameters {
  ir::Parameter& weights;  // (out_c, k, k, in_c of a group)
  ir::Parameter* bias = nullptr;
};

// Forward quantizes the input asymmetrically (AMPA eq. 1) and the weights symmetrically (eq. 2), both to the nearest
// code; backward quantizes the output gradient symmetrically with stochastic rounding. Gradients pass the quantizers of
// input and weights straight through. The bias is added in FP32. A transposed convolution is given by the geometry of
// the convolution from its output to its input. `counted_macs` are those of each pass over one image, for BitOPs.
void expand_integer_convolution(ir::QuantizedLayer& sites, const ConvGeometry& geometry, bool transposed,
                                std::int64_t counted_macs, const ConvParameters& parameters, ir::ValueId input,
                                ir::ValueId output, ir::Builder& builder);

}  // namespace ampa::ops
