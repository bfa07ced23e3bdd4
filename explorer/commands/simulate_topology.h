// `ampa simulate --topology`: the forward pass of a network that SCALE-Sim's topology file describes.
#pragma once

#include <string>
#include <vector>

#include "commands/core_flags.h"

namespace ampa::commands {

struct TopologyFlags {
  std::string topology, csv;
  std::vector<int> bits = {8};  // of activations and weights; one number stands for both
};

void simulate_topology(const TopologyFlags& flags, const std::string& point, const CoreFlags& core, bool json);

}  // namespace ampa::commands
