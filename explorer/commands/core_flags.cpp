#include "commands/core_flags.h"

namespace ampa::commands {

void CoreFlags::add(CLI::App& command) {
  command.add_option(
      "--memory", memory,
      "Model a memory: latency=20,bytes_per_cycle=16,gap_period=1000,gap=20 (any of them; bytes_per_cycle may "
      "be 8/3 or 0.5), or 'ideal'");
  command
      .add_option(
          "--scratchpads", scratchpads,
          "With --memory: bytes of a half for A and for B, 64-bit sums of a half for results, bytes of the port")
      ->capture_default_str();
}

platform::CoreConfig CoreFlags::config(const std::string& point) const {
  return platform::core_from_string(point + ":" + scratchpads);
}

}  // namespace ampa::commands
