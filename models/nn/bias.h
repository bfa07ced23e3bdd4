// The FP32 bias of linear layers.
#pragma once

#include <string>

#include "nn/layer.h"

namespace ampa::nn {

void init_bias(Parameter& bias, const std::string& layer, std::int64_t channels);

// out[position][c] += bias[c] for `positions` positions that lie one behind the other.
void add_bias(const Parameter& bias, std::int64_t positions, float* out);

// bias.gradient[c] = sum over positions of out_grad[position][c], in ascending order.
void bias_gradient(const quant::FloatView& out_grad, Parameter& bias);

}  // namespace ampa::nn
