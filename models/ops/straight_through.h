// The gradient of a sign: rule X3 of NUMERICS.md.
#pragma once

#include <cstdint>

#include "numerics/two_level.h"

namespace ampa::ops {

// values[i] = 0 unless the sign of x[i] passes a gradient.
inline void stop_outside(const float* x, std::int64_t n, float* values) {
  for (std::int64_t i = 0; i < n; ++i) values[i] = numerics::passes_gradient(x[i]) ? values[i] : 0.0f;
}

}  // namespace ampa::ops
