#include "train/scheme.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"

namespace ampa::train {

// Each is in the file of its name.
Scheme scheme_ui8();
Scheme scheme_dai8();
Scheme scheme_wageubn();

namespace {

template <typename Accepts>
std::vector<std::string> names_where(const Accepts& accepts) {
  std::vector<std::string> names;
  for (const Scheme& scheme : schemes())
    if (accepts(scheme)) names.push_back(scheme.name);
  return names;
}

}  // namespace

const allocate::AllocatorInfo* Scheme::allocator_info() const {
  return quantizes() ? &allocate::allocator_info(allocator) : nullptr;
}

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> table = [] {
    std::vector<Scheme> rows = {{"fp32", "", 8, "floating point, nothing quantized"}};
    for (const allocate::AllocatorInfo& allocator : allocate::allocators())
      for (const allocate::SchemeOfAllocator& scheme : allocator.schemes)
        rows.push_back({scheme.name, allocator.name, scheme.fixed_bits, scheme.description});
    rows.push_back(scheme_ui8());
    rows.push_back(scheme_dai8());
    rows.push_back(scheme_wageubn());
    return rows;
  }();
  return table;
}

std::vector<std::string> scheme_names() {
  return names_where([](const Scheme&) { return true; });
}

std::vector<std::string> schemes_with_ranges() {
  return names_where([](const Scheme& scheme) { return scheme.quantizes() && !scheme.allocator_info()->is_two_level; });
}

std::vector<std::string> schemes_of(const allocate::AllocatorInfo& allocator) {
  return names_where([&](const Scheme& scheme) { return scheme.allocator == allocator.name; });
}

Scheme scheme_from_string(const std::string& name, const std::string& source) {
  for (const Scheme& scheme : schemes())
    if (scheme.name == name) return scheme;
  throw InputError(
      fmt::format("{}: scheme: expected one of {}, found \"{}\"", source, fmt::join(scheme_names(), ", "), name));
}

}  // namespace ampa::train
