// The FP32 tensors that a network consists of, by name, to and from a file: weights, biases, batch norm's parameters
// and running statistics. Not the optimizer's state.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ir/program.h"
#include "weights/safetensors.h"

namespace ampa::weights {

struct StateTensor {
  std::string name;                 // LAYER.weight, .out_scale, .bias, .gamma, .beta, .running_mean or .running_var
  std::vector<std::int64_t> shape;  // conv2d weights (out_c, k, k, in_c), linear weights (out, in) with in as (height,
                                    // width, channels), all others (channels)
  Eigen::ArrayXf* values;           // of the graph; row-major
  std::string starts_from = {};     // a tensor whose rows' mean magnitudes stand in where the file has none
};

// All of `graph`, the parameters in the network's order and then the buffers in the network's order.
std::vector<StateTensor> state_tensors(const ir::Program& graph);

// Puts those of a graph into another one of the same network, whatever its arithmetic and recipe.
void copy_state(const ir::Program& from, const ir::Program& to);

// Those tensors as F32.
std::vector<Tensor> state_of(const ir::Program& graph);

// Puts the tensors of a file into the graph. Every tensor of state_tensors must be there as F32 of its shape, finite,
// and running variances not negative; scales of two-level layers follow from their weights where they are missing.
// Integer codes of weights (weight_codes.h) may be there: their types and shapes are checked and their values are not
// used. Throws InputError "SOURCE: NAME: expected X, found Y" for whatever is missing, not asked for, or wrong; the
// graph is changed only if all is well.
void load_state(const TensorFile& file, const std::string& source, const ir::Program& graph);

// SHA-256 in lower-case hexadecimal of what load_state takes from a file, in the order of the names: of each tensor the
// size of its name (unsigned, 64 bits, little-endian), the name, the number of extents and the extents (likewise), and
// the values' bytes. It depends on neither metadata, integer codes nor the order in the file.
std::string state_digest(const TensorFile& file);

}  // namespace ampa::weights
