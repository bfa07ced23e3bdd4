// What passes ask of lists of values.
#pragma once

#include <algorithm>
#include <vector>

#include "ir/frame.h"

namespace ampa::ir {

inline bool contains(const std::vector<ValueId>& values, ValueId value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace ampa::ir
