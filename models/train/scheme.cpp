#include "train/scheme.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"

namespace ampa::train {

const allocate::AllocatorInfo* Scheme::allocator_info() const {
  return quantizes() ? &allocate::allocator_info(allocator) : nullptr;
}

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> table = [] {
    std::vector<Scheme> rows = {{"fp32", "", 8}};
    for (const allocate::AllocatorInfo& allocator : allocate::allocators())
      for (const allocate::SchemeOfAllocator& scheme : allocator.schemes)
        rows.push_back({scheme.name, allocator.name, scheme.fixed_bits});
    return rows;
  }();
  return table;
}

std::vector<std::string> scheme_names() {
  std::vector<std::string> names;
  for (const Scheme& scheme : schemes()) names.push_back(scheme.name);
  return names;
}

std::vector<std::string> quantizing_schemes() {
  std::vector<std::string> names;
  for (const Scheme& scheme : schemes())
    if (scheme.quantizes()) names.push_back(scheme.name);
  return names;
}

Scheme scheme_from_string(const std::string& name, const std::string& source) {
  for (const Scheme& scheme : schemes())
    if (scheme.name == name) return scheme;
  throw InputError(
      fmt::format("{}: scheme: expected one of {}, found \"{}\"", source, fmt::join(scheme_names(), ", "), name));
}

}  // namespace ampa::train
