// The table of ops: one line each.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ops/op.h"

namespace ampa::ops {

// In the order in which errors list them.
const std::vector<const Op*>& op_table();

// Null if there is none of that name.
const Op* find_op(std::string_view name);

// Of a layer whose op is in the table; throws std::logic_error else.
const Op& op_of(const ir::Layer& layer);

// Among Layer::numbers: additions of a bias that count as MACs. There if the network's description has
// "count_bias_macs": true and the layer a bias.
constexpr const char* kCountedBiasMacs = "counted_bias_macs";

// Multiply-accumulates of the forward GEMM for one image, those of a product of two activations where it is not
// quantized included, and the additions of the bias if the description counts them. 0 for an op without GEMMs.
std::int64_t macs(const ir::Layer& layer);

// Without biases and batch-norm parameters; 0 for an op without GEMMs.
std::int64_t num_weights(const ir::Layer& layer);

}  // namespace ampa::ops
