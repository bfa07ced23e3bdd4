// Which layers of a network run together.
#pragma once

#include <vector>

#include "networks/network.h"

namespace ampa::nn {

// One or more layers that run as one: a batch norm with an addition and a ReLU behind it, or any layer alone. It reads
// the values of `inputs` (layer indices or networks::kNetworkInput) and its value is that of `last`.
struct FusedStep {
  int first = 0, last = 0;
  bool add = false, relu = false;  // behind the batch norm `first`
  std::vector<int> inputs;         // of `first`, then the other input of the addition
};

// All layers in an order in which each step follows its inputs. A convolution that only a batch norm reads comes
// immediately before it. Nothing is fused if `fuse` is false or if a value has more than two readers: the order in
// which their gradients are added would change.
std::vector<FusedStep> fused_steps(const networks::Network& network, bool fuse);

// For every layer the steps that read its value, by position, in ascending order.
std::vector<std::vector<int>> readers_of(const networks::Network& network, const std::vector<FusedStep>& steps);

}  // namespace ampa::nn
