// Which width every quantized layer uses, and what decides how it changes.
#pragma once

#include <string>
#include <vector>

#include "numerics/formats.h"

namespace ampa::allocate {

struct LayerBits {
  Bits w = 8, a = 8, g = 8;
  Bits of(OperandKind kind) const {
    return kind == OperandKind::kWeight ? w : kind == OperandKind::kActivation ? a : g;
  }
  friend bool operator==(LayerBits x, LayerBits y) { return x.w == y.w && x.a == y.a && x.g == y.g; }
};

// Sensitivities of one layer, averaged over the batches of a measured epoch: AMPA eq. (9) for w and a, eq. (11) for g.
struct LayerSensitivity {
  double w = 0, a = 0, g = 0;  // >= 0
};

}  // namespace ampa::allocate
