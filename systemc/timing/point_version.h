// The version of what jobs cost on a hardware point, which stored costs name beside the point.
#pragma once

#include <cstdint>
#include <string>

#include "timing/hardware_point.h"

namespace ampa::timing {

// From 1 on, of the point's element; raised with every change of cycles of any job on any of its arrays. Costs that
// name no version are of before there were any.
std::int64_t version_of(const HardwarePoint& point);

// Whether costs that a file holds, of this point and version, are what the point costs now. False for a name that is no
// point.
bool is_current(const std::string& point, std::int64_t version);

}  // namespace ampa::timing
