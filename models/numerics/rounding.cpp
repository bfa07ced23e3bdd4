#include "numerics/rounding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace ampa::numerics {
namespace {

// |u - trunc(u)| is exact: no sum with 1/2 that could round up to the next integer.
std::int32_t round_half_away(float u) {
  const float whole = std::trunc(u);
  const auto integer = static_cast<std::int32_t>(whole);
  if (std::fabs(u - whole) < 0.5f) return integer;
  return u < 0 ? integer - 1 : integer + 1;
}

}  // namespace

const std::vector<RoundingRule>& rounding_rules() {
  static const std::vector<RoundingRule> rules = {
      {Rounding::kNearestEven, "nearest", "to the nearest code, of halves to the even one"},
      {Rounding::kHalfAway, "half_away", "to the nearest code, of halves to the one farther from 0"},
      {Rounding::kStochastic, "stochastic", "up with the probability of the fraction"},
      {Rounding::kFloor, "floor", "down"},
  };
  return rules;
}

std::string_view to_string(Rounding rounding) {
  return rounding_rules()[static_cast<std::size_t>(rounding)].name;
}

Rounding rounding_from_string(const std::string& name, const std::string& source) {
  std::string names;
  for (const RoundingRule& rule : rounding_rules()) {
    if (rule.name == name) return rule.rounding;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.name);
  }
  throw InputError(fmt::format("{}: expected one of {}, found '{}'", source, names, name));
}

std::int32_t quantize(float x, const QuantParams& params, Rounding rounding, std::uint32_t random16) {
  if (rounding == Rounding::kNearestEven) return quantize_nearest(x, params);
  if (rounding == Rounding::kStochastic) return quantize_stochastic(x, params, random16) + params.zero_point;
  const float u = std::clamp(x * params.inv_scale, -0x1p21f, 0x1p21f);
  const std::int32_t integer =
      rounding == Rounding::kFloor ? static_cast<std::int32_t>(std::floor(u)) : round_half_away(u);
  return std::clamp(integer + params.zero_point, params.min_code, params.max_code);
}

}  // namespace ampa::numerics
