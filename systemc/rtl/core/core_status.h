// How a job on a core begins and how it ends.
#pragma once

#include <cstdint>
#include <string_view>

#include "timing/core_cycles.h"

namespace ampa::rtl {

struct CoreStart {
  std::uint64_t descriptor = 0;  // byte address, a multiple of the port's bytes
  std::int64_t beats = 0;        // of the descriptor
  std::int64_t watchdog = 0;     // cycles; 0: none
};

// error_o of rtl/core/ampa_core.v, but for kOverflow, which is its overflow_o.
enum class CoreError { kNone, kMemory, kOrder, kWatchdog, kMagic, kOverflow, kLimits };

// "the memory answers with an error" and so on.
std::string_view to_string(CoreError error);

struct CoreStatus {
  CoreError error = CoreError::kNone;
  timing::CoreRun run;  // of a job that ended without an error
};

}  // namespace ampa::rtl
