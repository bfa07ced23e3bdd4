#include "numerics/two_level.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace ampa::numerics {

QuantParams two_level_gradient_params(float max_abs) {
  if (!std::isfinite(2 * max_abs))
    throw NonFiniteError("quantizer: expected a finite range, found an infinity or a NaN");
  QuantParams params{{1, true}, 0, 0, 0, -1, 1};
  if (max_abs >= kMinRange) {
    params.scale = max_abs;
    params.inv_scale = 1 / (2 * max_abs);
  }
  return params;
}

std::int32_t two_level_stochastic(float x, const QuantParams& params, std::uint32_t random16) {
  const float t = std::clamp(x * params.inv_scale - 0.5f, -1.0f, 0.0f);
  const auto fixed = static_cast<std::int32_t>(std::floor(t * 0x1p16f));
  return 2 * ((fixed + static_cast<std::int32_t>(random16)) >> 16) + 1;
}

}  // namespace ampa::numerics
