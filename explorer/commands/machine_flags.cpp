#include "commands/machine_flags.h"

#include <sched.h>

#include <algorithm>

#include "kernels/kernels.h"

namespace ampa::commands {

constexpr int kMaxThreads = 256;

void MachineFlags::add(CLI::App& command) {
  command.add_option("--threads", threads, "Threads of the kernels (default: all processors)")
      ->check(CLI::Range(1, kMaxThreads));
  command.add_option("--isa", isa, "Instruction set of the kernels: auto, portable, avx2, avx512vnni, amx");
}

int MachineFlags::apply() const {
  if (!isa.empty()) kernels::select(isa);
  return threads > 0 ? threads : num_processors();
}

int num_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, std::min(CPU_COUNT(&set), kMaxThreads));
}

}  // namespace ampa::commands
