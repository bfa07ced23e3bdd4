// What of a network is trained in two levels.
#pragma once

#include "ir/network.h"

namespace ampa::ops {

// The network with these changes:
//   quantized are the convolutions on all channels and the linear layers that the description quantizes, but the first
//   and the last layer with weights and the convolutions of one tap and a stride above 1 (down-sampling shortcuts);
//   a ReLU is left out if a quantized layer takes the sign of what it gives, with no other layer with weights between:
//   all signs behind it would be +1.
ir::Network two_level_network(const ir::Network& network);

}  // namespace ampa::ops
