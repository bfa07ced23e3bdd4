// Networks as SCALE-Sim's users have them: its topology CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm/conv_shape.h"

namespace ampa::cost {

struct TopologyLayer {
  std::string name;
  std::int64_t line = 0;  // of the file, from 1
  gemm::ConvShape conv;   // of a GEMM, M images of a linear layer of K inputs and N outputs; `stride` is that of rows
  std::int64_t stride_width = 1;
  std::int64_t count = 1;  // jobs of this shape that the layer is: channels of a depthwise one, a GEMM's batch
  bool depthwise = false;  // SCALE-Sim counts each channel as a layer of its own
};

struct Topology {
  std::vector<TopologyLayer> layers;
  std::vector<std::string> notes;  // what was read otherwise than its header says, and what was not used
};

struct TopologyOptions {
  bool header = true;           // the first line is one, whatever it says
  std::int64_t batch_size = 1;  // images; rows of a GEMM are multiplied by it, of a GEMM with a batch its batch
};

// The text of a topology file (topology_lines.h says how it is cut). Values are read by their position, as SCALE-Sim
// does, in one of two forms, which the number of values of the first layer tells (or a header with M, N and K):
//   name, IFMAP height, IFMAP width, filter height, filter width, channels, filters, stride[, stride of the width]
//   name, M, N, K[, batch]
// N:M of weights behind either is a sparsity, which is not modelled: the layer is costed as a dense one, with a note.
// Other values are not used, and lines of a name alone are no layers, with a note. The header is the first line with a
// value, but a first line that is empty or a comment is one as well if numbers follow. As SCALE-Sim does, outputs are
// counted rounding up, so that the last window may reach over the edge, and a convolution whose name contains DP is one
// of one channel for each channel. Throws InputError naming `source`, line, column, what was expected and what was
// found; also for a file without layers, and for a forward pass of more MACs than 63 bits count.
Topology parse_topology(const std::string& text, const std::string& source, const TopologyOptions& options = {});

}  // namespace ampa::cost
