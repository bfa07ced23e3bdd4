// The content of a network, whatever file or name it came from.
#pragma once

#include <string>

#include "common/json_reader.h"
#include "ir/network.h"

namespace ampa::networks {

// All that decides what the network computes: input, classes, and of every layer in order its name (which tensors
// carry), type, inputs by name, shapes, window and whether it is quantized. Not the network's own name, its
// description, or how its file is formatted.
Json canonical_json(const ir::Network& network);

// SHA-256 of that JSON's text, in lower-case hexadecimal.
std::string network_digest(const ir::Network& network);

}  // namespace ampa::networks
