// `ampa simulate --topology`: the passes of a network that SCALE-Sim's topology file describes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/core_flags.h"
#include "settings/widths.h"

namespace ampa::commands {

struct TopologyFlags {
  std::string topology, csv;
  std::string scale_sim_config;  // a .cfg of SCALE-Sim: array, dataflow, scratchpads, bandwidth
  settings::Widths bits;
  std::vector<std::string> passes;
  bool no_header = false;
  std::int64_t batch_size = 1;
};

// What the user has given of the flags that a .cfg gives as well; empty if it was left to its default.
struct GivenFlags {
  std::string point, scratchpads;
};

void simulate_topology(const TopologyFlags& flags, const std::string& default_point, const GivenFlags& given,
                       const CoreFlags& core, bool json);

}  // namespace ampa::commands
