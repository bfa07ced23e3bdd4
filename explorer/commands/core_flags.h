// --scratchpads and --memory: the core around a point's array.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "platform/core_config.h"
#include "platform/memory_settings.h"

namespace ampa::commands {

struct CoreFlags {
  std::string scratchpads = "a=16K,b=64K,sums=16K,port=16";
  std::string memory;  // empty: none is modelled, operands are always there

  void add(CLI::App& command);
  bool has_memory() const { return !memory.empty(); }
  // Both throw InputError.
  platform::CoreConfig config(const std::string& point) const;
  platform::MemorySettings settings() const { return platform::memory_from_string(memory); }
};

}  // namespace ampa::commands
