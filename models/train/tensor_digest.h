// The tensors of a run by name, and the one number that says whether two runs hold the same bits.
#pragma once

#include <string>
#include <vector>

#include "ir/program.h"

namespace ampa::train {

struct NamedTensor {
  std::string name;  // "conv1.weight"
  const char* kind;  // "value", "velocity" or "buffer"
  Eigen::ArrayXf* values;
};

// All that training changes, in the order in which a checkpoint holds it: of every parameter, in the network's order,
// the value and then the optimizer's velocity (zeros before the first step); then the buffers, in the network's order.
std::vector<NamedTensor> named_tensors(const ir::Program& graph);

// SHA-256 (lower-case hexadecimal) of the tensors, in the order given. Each contributes, without gaps:
//   the number of bytes of the name     unsigned, 64 bits, little-endian
//   the name                            UTF-8
//   the number of bytes of the kind     unsigned, 64 bits, little-endian
//   the kind                            ASCII
//   the number of values                unsigned, 64 bits, little-endian
//   the values                          IEEE 754 FP32, little-endian, in the tensor's order
// Nothing else goes in: no settings, no results, no header of a file. Two runs with one digest ended with the same
// bits; a digest is comparable under one version of the numerics contract (numerics/version.h).
std::string tensor_digest(const std::vector<NamedTensor>& tensors);
std::string tensor_digest(const ir::Program& graph);

}  // namespace ampa::train
