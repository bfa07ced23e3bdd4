// From a layer's description to the FP32 layer that runs it.
#pragma once

#include <memory>

#include "networks/network.h"
#include "nn/layer.h"

namespace ampa::nn {

std::unique_ptr<Layer> make_layer(const networks::Layer& layer);

}  // namespace ampa::nn
