// The FP32 bias of linear layers.
#pragma once

#include <string>

#include "nn/layer.h"

namespace ampa::nn {

void init_bias(Parameter& bias, const std::string& layer, std::int64_t channels);

// out[position][c] += bias[c]
void add_bias(const Parameter& bias, Tensor& out);

// bias.gradient[c] = sum over positions of out_grad[position][c], in ascending order.
void bias_gradient(const Tensor& out_grad, Parameter& bias);

}  // namespace ampa::nn
