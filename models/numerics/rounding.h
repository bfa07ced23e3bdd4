// How a value between two codes becomes one of them: an explicit table of rules. Rules Y1 to Y4 of NUMERICS.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "numerics/quantizer.h"

namespace ampa::numerics {

enum class Rounding { kNearestEven, kHalfAway, kStochastic, kFloor };

struct RoundingRule {
  Rounding rounding;
  std::string_view name;
  std::string_view description;
};

// The table, in the order of the enumeration.
const std::vector<RoundingRule>& rounding_rules();
std::string_view to_string(Rounding rounding);

// By name. Throws InputError naming `source` (with the key) and the valid names.
Rounding rounding_from_string(const std::string& name, const std::string& source);

// The code of x, for every rule and every form of scale; `random16` are the element's random bits, which only
// stochastic rounding uses. With u = fl32(x * inv), limited to [-2^21, 2^21], and z the zero point:
//   nearest    clamp(rhe(u) + z, min_code, max_code): quantize_nearest
//   half_away  the same with halves rounded away from 0
//   floor      the same with the largest integer that is not above u
//   stochastic floor((floor(v * 2^16) + random16) / 2^16) + z, v = u limited to [min_code - z, max_code - z]
std::int32_t quantize(float x, const QuantParams& params, Rounding rounding, std::uint32_t random16);

}  // namespace ampa::numerics
