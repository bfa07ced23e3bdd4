// A network and how it is trained, drawn from a seed.
#pragma once

#include <cstdint>
#include <string>

#include "common/json_reader.h"
#include "ir/network.h"
#include "ir/recipe.h"
#include "numerics/formats.h"

namespace ampa::network_fuzz {

enum class Widths { kFp32, kFixed, kAmpa };

struct Case {
  std::uint64_t seed = 0;
  Json description;  // of the network, as in a file
  ir::Network network;
  Widths widths = Widths::kFixed;
  Bits fixed_bits = 8;
  // How tensors are quantized, as settings of a training run: of every second network what is the default.
  Json quantization = Json::object();
  ir::Recipe recipe;
  std::int64_t batch_size = 1, num_steps = 3;
};

// Every layer type at any place, values that several layers read, windows of any size, stride and padding on maps of a
// few positions, quantized layers anywhere. Odd seeds draw the layer types that there were first, even
// ones all; networks whose input is a sequence of one channel read it as tokens. Equal seeds give equal cases.
Case random_case(std::uint64_t seed);

// What a failing test prints: the seed, how to repeat it, the network.
std::string shown(const Case& fuzzed);

}  // namespace ampa::network_fuzz
