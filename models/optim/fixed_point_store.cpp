#include "optim/fixed_point_store.h"

#include <algorithm>
#include <cmath>

namespace ampa::optim {

void store_in_fixed_point(const Parameters& parameters) {
  constexpr float kMost = 1 - 0x1p-7f;
  for (ir::Parameter* parameter : parameters) {
    if (parameter->fraction_bits == 0) continue;
    const float steps = std::ldexp(1.0f, parameter->fraction_bits);
    for (float& value : parameter->value) value = std::clamp(std::nearbyint(value * steps) / steps, -kMost, kMost);
  }
}

}  // namespace ampa::optim
