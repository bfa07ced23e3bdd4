#include "allocate/allocator.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::allocate {

// Each is in the file of its name.
AllocatorInfo fixed_allocator();
AllocatorInfo ampa_allocator();
AllocatorInfo staged_allocator();
AllocatorInfo joint_allocator();
AllocatorInfo ampa_cost_allocator();
AllocatorInfo onebit_allocator();

const std::vector<AllocatorInfo>& allocators() {
  static const std::vector<AllocatorInfo> table = {
      fixed_allocator(), ampa_allocator(),      staged_allocator(),
      joint_allocator(), ampa_cost_allocator(), onebit_allocator(),
  };
  return table;
}

const AllocatorInfo& allocator_info(const std::string& name) {
  std::string valid;
  for (const AllocatorInfo& info : allocators()) {
    if (info.name == name) return info;
    valid += (valid.empty() ? "" : ", ") + info.name;
  }
  throw InputError(fmt::format("allocator: expected one of {}, found \"{}\"", valid, name));
}

std::unique_ptr<Allocator> make_allocator(const AllocatorConfig& config, int num_layers) {
  const AllocatorInfo& info = allocator_info(config.name);
  AllocatorConfig complete = config;
  complete.options.update(settings::resolved(info.own, config.options));
  return info.make(complete, num_layers);
}

}  // namespace ampa::allocate
