// --threads and --isa: what a command runs on.
#pragma once

#include <string>

#include "commands/call.h"

namespace ampa::commands {

struct MachineFlags {
  int threads = 0;  // 0: as many as there are processors
  std::string isa;  // empty: the environment's or the best

  // The number of threads to use, >= 1, after choosing the instruction set. Throws InputError for an unknown one.
  int apply() const;
};

MachineFlags machine_flags(const Call& call);

int num_processors();  // that this process may run on, >= 1

}  // namespace ampa::commands
