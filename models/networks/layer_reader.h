// Reads one layer of a network description and works out its shapes.
#pragma once

#include <string>

#include "common/json_reader.h"
#include "ir/network.h"

namespace ampa::networks {

// The layer that `json` describes and that follows network.layers; network.input and num_classes must be set. `index`
// is its place in the description. Every mistake is an InputError "SOURCE: layers[INDEX] (NAME).KEY: expected X, found
// Y".
ir::Layer read_layer(const Json& json, const std::string& source, std::size_t index, const ir::Network& network,
                     bool counts_bias_macs);

}  // namespace ampa::networks
