// The integer codes of a network's quantized weights, as a training step forms them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "allocate/bit_allocation.h"
#include "common/thread_pool.h"
#include "ir/network.h"
#include "ir/program.h"
#include "weights/safetensors.h"

namespace ampa::weights {

// What a file holds beside LAYER.weight: its codes, in its shape, and of the whole tensor one scale and one zero point,
// so that (code - zero_point) * scale is the value (NUMERICS.md, F4).
struct CodePart {
  std::string suffix;     // ".codes"
  std::string dtype;      // of the tensor
  bool is_whole = false;  // as many values as the weights; else one
};
const std::vector<CodePart>& code_parts();         // .codes I8, .scale F32, .zero_point I32
const CodePart* code_part(std::string_view name);  // by how the tensor's name ends; null if by none of them

// For each quantized layer of `network` the three parts of its weights under bits[layer].w and the rule of its site in
// `graph`: the codes that an evaluation would use next (of nearest rounding those of the next training step too).
// `bits` has one entry per quantized layer, in order. Of a program of several widths the codes are those of rule U1 at
// bits[layer].w, which must be the width that its weights are kept at. Throws NonFiniteError.
std::vector<Tensor> weight_codes(const ir::Network& network, const ir::Program& graph,
                                 const std::vector<allocate::LayerBits>& bits, ThreadPool& threads);

}  // namespace ampa::weights
