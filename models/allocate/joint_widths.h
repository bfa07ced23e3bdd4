// The settings of schemes that train several widths together.
#pragma once

#include <vector>

#include "common/json_reader.h"
#include "numerics/formats.h"

namespace ampa::allocate {

// Of the values of the row "joint" of allocators(): falling, at least one; the weights are kept at the first.
std::vector<Bits> joint_widths(const Json& values);

}  // namespace ampa::allocate
