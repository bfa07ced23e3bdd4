// Which quantized layers of a network climb together.
#pragma once

#include <string>
#include <vector>

#include "ir/network.h"

namespace ampa::ir {

// The number of each quantized layer's group, from 0 up in the order of their first layers. "layer": each its own.
// "block": the layers up to and with the inputs of each "add" or "concat", in the network's order, and those behind the
// last one: a residual block with the convolution of its shortcut, an inverted bottleneck without an addition together
// with the one behind it, half a block of a transformer. "network": all one. Throws InputError for another word.
std::vector<int> layer_groups(const Network& network, const std::string& granularity);

}  // namespace ampa::ir
