// Networks as SCALE-Sim's users have them: its topology CSV.
#pragma once

#include <string>
#include <vector>

#include "gemm/conv_shape.h"

namespace ampa::cost {

struct TopologyLayer {
  std::string name;
  gemm::ConvShape conv;  // of one image; of a GEMM, M images of a linear layer of K inputs and N outputs
};

struct Topology {
  std::vector<TopologyLayer> layers;
  std::vector<std::string> unread_columns;  // columns with a name that none of the two forms has
};

// The text of a topology file. Its header line says which of the two forms it has, whatever the case of its letters:
//   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
//   Layer, M, N, K,
// Instead of Strides there may be Stride height and Stride width. Lines without any value are skipped; a comma may end
// a line. As SCALE-Sim does, outputs are counted rounding up, so that the last window may reach over the edge, and a
// convolution whose name contains DP stands for one layer of one channel per channel (NAMEChannel_0, ...).
// Throws InputError naming `source`, line, column, what was expected and what was found; also for a file without
// layers.
Topology parse_topology(const std::string& text, const std::string& source);

}  // namespace ampa::cost
