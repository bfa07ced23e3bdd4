// --scratchpads and --memory: the core around a point's array.
#pragma once

#include <string>

#include "commands/call.h"
#include "timing/core_config.h"
#include "timing/memory_settings.h"

namespace ampa::commands {

struct CoreFlags {
  std::string scratchpads = config::kDefaultScratchpads;
  std::string memory;  // empty: none is modelled, operands are always there

  bool has_memory() const { return !memory.empty(); }
  // Both throw InputError.
  timing::CoreConfig config(const std::string& point) const;
  timing::MemorySettings settings() const { return timing::memory_from_string(memory); }
};

CoreFlags core_flags(const Call& call);

}  // namespace ampa::commands
