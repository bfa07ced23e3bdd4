// The clock of the platform: cycles as SystemC time.
#pragma once

#include <cstdint>
#include <systemc>

namespace ampa::tlm {

inline sc_core::sc_time cycles(std::int64_t count) {
  return sc_core::sc_time(1, sc_core::SC_NS) * static_cast<double>(count);
}

// The cycle that goes on now.
inline std::int64_t current_cycle() {
  return static_cast<std::int64_t>(sc_core::sc_time_stamp().value() / cycles(1).value());
}

// Waits for the middle of the cycle, when all its requests are known; called before it.
inline void wait_for_middle_of_cycle() {
  const sc_core::sc_time middle = cycles(current_cycle()) + cycles(1) / 2.0;
  sc_core::wait(middle - sc_core::sc_time_stamp());
}

// Waits until a cycle begins.
inline void wait_until_cycle(std::int64_t cycle) {
  sc_core::wait(cycles(cycle) - sc_core::sc_time_stamp());
}

// Never returns: what is left to a process that waits for what does not come. `never` is an event that nobody notifies.
[[noreturn]] inline void wait_forever(const sc_core::sc_event& never) {
  while (true) sc_core::wait(never);
}

}  // namespace ampa::tlm
