// The verilated core, clocked with a memory cycle by cycle. No SystemC, and nothing of Verilator in this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rtl/core/core_model.h"
#include "rtl/core/core_status.h"

namespace ampa::rtl {

// A memory's bytes, addresses from 0. An access beyond the end is answered with an error.
struct MemoryBytes {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

struct ClockedRun {
  CoreStatus status;
  std::int64_t num_cycles = 0;  // clock edges from the start to the one before done
};

class ClockedCore {
 public:
  virtual ~ClockedCore() = default;

  // Resets the core and runs a job. With a wave path writes what it sees of the core there, as VCD.
  virtual ClockedRun run(const CoreStart& start, MemoryBytes bytes, const timing::MemorySettings& settings,
                         const RunOptions& options) = 0;
};

// Throws InputError if the configuration has not been verilated.
std::unique_ptr<ClockedCore> make_clocked_core(const timing::CoreConfig& config);

}  // namespace ampa::rtl
