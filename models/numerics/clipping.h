// How the range of a tensor is chosen before its scale is formed: an explicit table of rules. Rules K1 to K3 of
// NUMERICS.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "numerics/range.h"

namespace ampa::numerics {

struct ClippingRule {
  std::string_view name;
  std::string_view description;
  // From the range of a tensor's elements to the one that its codes shall reach, inside or around it; finite as it
  // came.
  Range (*clip)(const Range& measured);
};

// "full" is the default: nothing is clipped.
const std::vector<ClippingRule>& clipping_rules();

// A rule by name. Throws InputError naming `source` and the valid names.
const ClippingRule& clipping_rule(const std::string& name, const std::string& source);

// max |x| of a range: the R of eq. (2).
float max_abs(const Range& range);

}  // namespace ampa::numerics
