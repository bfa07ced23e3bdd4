// How the range of a tensor is chosen before its scale is formed: an explicit table of rules. Rules K1 to K3 of
// NUMERICS.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ampa::numerics {

// The smallest and largest value that a tensor's codes shall reach; min <= 0 <= max.
struct ClipRange {
  float min = 0, max = 0;
};

struct ClippingRule {
  std::string_view name;
  std::string_view description;
  // From the smallest and largest element (0 included) to a range inside or around it.
  ClipRange (*clip)(ClipRange measured);
};

// "full" is the default: nothing is clipped.
const std::vector<ClippingRule>& clipping_rules();

// A rule by name. Throws InputError naming `source` and the valid names.
const ClippingRule& clipping_rule(const std::string& name, const std::string& source);

// max |x| of a range: the R of eq. (2).
float max_abs(ClipRange range);

}  // namespace ampa::numerics
