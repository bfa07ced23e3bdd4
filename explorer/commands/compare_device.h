// `ampa compare --device`: a whole device filled with the best mixture of arrays.
#pragma once

#include <string>
#include <vector>

namespace ampa::commands {

struct DeviceFlags {
  std::string record, device;
  std::vector<std::string> points;  // empty: every synthesised grid
  double lut_percent = 85, clock_mhz = 100;
  bool json = false;
};

// Throws InputError for a device that is not known and for points that are no synthesised grids.
void compare_device(const DeviceFlags& flags);

}  // namespace ampa::commands
