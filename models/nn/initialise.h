// The weights that training starts from.
#pragma once

#include <cstdint>

#include "networks/network.h"
#include "nn/layer.h"

namespace ampa::nn {

// Draws the weights of a conv2d or linear layer; other layers keep what they were made with. `index` is the layer's number in
// the network and addresses its random numbers.
void initialise(const networks::Layer& description, Layer& layer, std::uint64_t seed, std::uint32_t index);

}  // namespace ampa::nn
