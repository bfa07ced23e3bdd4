// Why some bins of the coverage cannot be met: the one table of reasons.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "timing/hardware_point.h"

namespace ampa::verify {

// One bin: the label of each axis.
struct Bin {
  std::vector<std::pair<std::string, std::string>> labels;  // axis, label

  bool is(std::string_view axis, std::string_view label) const;
  std::string words() const;  // "rows: 1, columns: < side"
};

// Why no job of the point can meet the bin; empty if the table has no reason.
std::string reason_for_hole(const timing::HardwarePoint& point, const Bin& bin);

}  // namespace ampa::verify
