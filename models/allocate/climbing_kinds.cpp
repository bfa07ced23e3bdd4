#include "allocate/climbing_kinds.h"

#include <fmt/format.h>

#include <cmath>

#include "common/error.h"

namespace ampa::allocate {

void check_sensitivities(std::string_view allocator, const std::vector<LayerSensitivity>& sensitivities,
                         std::size_t num_layers) {
  if (sensitivities.size() != num_layers)
    throw RunError(fmt::format("{}: expected {} sensitivities, one per quantized layer, found {}", allocator,
                               num_layers, sensitivities.size()));
  for (std::size_t layer = 0; layer < sensitivities.size(); ++layer)
    for (const ClimbingKind& kind : kClimbingKinds)
      if (!std::isfinite(sensitivities[layer].*kind.sensitivity))
        throw NonFiniteError(
            fmt::format("{}: quantized layer {}: the sensitivity of {} is not finite", allocator, layer, kind.name));
}

}  // namespace ampa::allocate
