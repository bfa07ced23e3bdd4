// What narrower widths change of weights that are kept as integers (Double Rounding).
#pragma once

#include <vector>

#include "ir/network.h"
#include "ir/program.h"

namespace ampa::weights {

// The weights of a quantized layer as the one integer tensor that serves every width (rule U1 of NUMERICS.md).
struct StoredWeights {
  std::string layer;
  Bits bits = 8;
  float scale = 0;
  std::vector<std::int8_t> codes;
};

// Of every quantized layer of a program of several widths, in order; `high` is the width that weights are kept at.
std::vector<StoredWeights> stored_weights(const ir::Network& network, const ir::Program& program, Bits high,
                                          ThreadPool& threads);

// By width, each at most weights.bits: the sum over the weights of the square of what rule U2 changes of them, which
// is an integer times the square of the scale.
std::vector<double> width_errors(const StoredWeights& weights, const std::vector<Bits>& widths);

}  // namespace ampa::weights
