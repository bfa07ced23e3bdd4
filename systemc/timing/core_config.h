// A core: an array with scratchpads and a memory port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "timing/hardware_point.h"

namespace ampa::timing {

// The parameters of rtl/core/ampa_core.v. Sizes are of one half of each scratchpad.
struct CoreConfig {
  HardwarePoint point;
  std::int64_t a_bytes = 16384, b_bytes = 16384;  // multiples of port_bytes
  std::int64_t sums = 4096;                       // 64 bits each, at least rows * cols of the array
  std::int64_t port_bytes = 16;                   // 8 .. 128, a power of two
};

// "fused-16x16" or "fused-16x16:a=16K,b=16K,sums=4096,port=16", any of them left out. Throws InputError.
CoreConfig core_from_string(const std::string& text);
std::string name_of(const CoreConfig& config);

// Throws InputError naming the parameter.
void check(const CoreConfig& config);

// The most products that a packed word can hold, and the cycles of setup: as many as the longest walker has items.
std::int64_t max_macs(const CoreConfig& config);
std::int64_t depth_items(const CoreConfig& config);
std::int64_t setup_cycles(const CoreConfig& config);

}  // namespace ampa::timing
