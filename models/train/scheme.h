// How the layers that a network marks as quantized compute: by the name that users give it.
//
// Adding one that allocates widths is a matter of the allocator's row (allocate/allocator.h).
#pragma once

#include <string>
#include <vector>

#include "allocate/allocator.h"

namespace ampa::train {

// A row of the table; by default that of AMPA.
struct Scheme {
  std::string name = "ampa";
  std::string allocator = "ampa";  // of allocate::allocators(); empty: FP32, nothing is quantized
  Bits fixed_bits = 8;             // allocate::AllocatorConfig::fixed_bits

  bool quantizes() const { return !allocator.empty(); }
  // What decides the widths; null if nothing is quantized.
  const allocate::AllocatorInfo* allocator_info() const;
};

// The table: fp32, then the schemes of every allocator: int2 .. int8, ampa.
const std::vector<Scheme>& schemes();
std::vector<std::string> scheme_names();
std::vector<std::string> quantizing_schemes();

Scheme scheme_from_string(const std::string& name, const std::string& source);  // throws InputError
inline const std::string& to_string(const Scheme& scheme) {
  return scheme.name;
}

}  // namespace ampa::train
