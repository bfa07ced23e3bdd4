// What layers of two-level weights and activations do with their gradients.
#pragma once

#include <cstdint>

#include "quant/group_pruning.h"

namespace ampa::ir {

struct TwoLevel {
  // One scale for every image (data gradient) and every output channel (weight gradient); false: one a tensor.
  bool by_group = true;
  // One group in so many is kept, by the rule; 1: nothing is pruned; 0: gradients are not quantized.
  std::int64_t keep_one_in = 4;
  const quant::PruningRule* pruning = &quant::pruning_rules().front();
};

}  // namespace ampa::ir
