// Reads one layer of a network description and works out its shapes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "networks/network.h"

namespace ampa::networks {

// Bounds that keep every product of extents inside 64 bits.
constexpr std::int64_t kMaxChannels = 65536;
constexpr std::int64_t kMaxExtent = 4096;  // height and width
constexpr std::int64_t kMaxKernel = 31;
constexpr std::int64_t kMaxStride = 31;
constexpr std::int64_t kMaxImageSize = std::int64_t{1} << 28;  // numbers in one layer's output for one image

// The layer that `json` describes and that follows network.layers; network.input and num_classes must be set. `index`
// is its place in the description. Every mistake is an InputError "SOURCE: layers[INDEX] (NAME).KEY: expected X, found
// Y".
Layer read_layer(const Json& json, const std::string& source, std::size_t index, const Network& network);

}  // namespace ampa::networks
