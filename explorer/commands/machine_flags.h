// --threads and --isa: what a command runs on.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace ampa::commands {

struct MachineFlags {
  int threads = 0;  // 0: as many as there are processors
  std::string isa;  // empty: the environment's or the best

  void add(CLI::App& command);
  // The number of threads to use, >= 1, after choosing the instruction set. Throws InputError for an unknown one.
  int apply() const;
};

int num_processors();  // that this process may run on, >= 1

}  // namespace ampa::commands
