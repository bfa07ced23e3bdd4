// How the quantized layers of a program compute, beyond their widths: what a scheme fixes.
#pragma once

#include <optional>

#include "ir/two_level.h"

namespace ampa::ir {

struct Recipe {
  std::optional<TwoLevel> two_level;  // weights and activations of two levels (ops/two_level_convolution.h)
};

}  // namespace ampa::ir
