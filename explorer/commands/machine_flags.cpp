#include "commands/machine_flags.h"

#include <sched.h>

#include <algorithm>

#include "kernels/kernels.h"

namespace ampa::commands {

constexpr int kMaxThreads = 256;

MachineFlags machine_flags(const Call& call) {
  return {static_cast<int>(call.integer_or("threads", 0)), call.text("isa")};
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
