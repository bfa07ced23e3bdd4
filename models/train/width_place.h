// Whose width a tensor that is a width's own follows.
#pragma once

#include <cstddef>
#include <string>

#include "ir/network.h"

namespace ampa::train {

struct WidthPlace {
  std::size_t layer = 0;          // number of the quantized layer
  bool is_of_transition = false;  // it also follows the width of the quantized layer before that
  std::size_t before = 0;         // number of that one; of the first layer itself
};

// Of a tensor LAYER.NAME of a program of `network`. One of a quantized layer follows that layer. One of another layer,
// such as a batch norm, is of a transition, to the quantized layer whose result the layer reads; where it reads no such
// result, to the last quantized layer before it, or to the first. The layer before is that in the network's order.
WidthPlace width_place(const ir::Network& network, const std::string& tensor);

}  // namespace ampa::train
