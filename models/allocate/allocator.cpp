#include "allocate/allocator.h"

#include <fmt/format.h>

#include "allocate/ampa_allocator.h"
#include "allocate/fixed_allocator.h"
#include "common/error.h"

namespace ampa::allocate {

const std::vector<AllocatorInfo>& allocators() {
  static const std::vector<AllocatorInfo> table = {
      {"fixed", "one width for every operand of every layer, for the whole run", make_fixed_allocator},
      {"ampa", "AMPA Algorithm 1: the most sensitive layers climb a ladder of widths", make_ampa_allocator},
  };
  return table;
}

std::unique_ptr<Allocator> make_allocator(const AllocatorConfig& config, int num_layers) {
  std::string valid;
  for (const AllocatorInfo& info : allocators()) {
    if (info.name == config.name) return info.make(config, num_layers);
    valid += (valid.empty() ? "" : ", ") + info.name;
  }
  throw InputError(fmt::format("allocator: expected one of {}, found \"{}\"", valid, config.name));
}

}  // namespace ampa::allocate
