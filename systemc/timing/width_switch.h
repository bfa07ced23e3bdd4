// What it takes to bring a model that is stored once, as integers of a high width, to a narrower one: the units
// ampa_width_switch of rtl/units between two bursts of a memory.
#pragma once

#include <cstdint>
#include <vector>

#include "numerics/formats.h"
#include "timing/core_config.h"
#include "timing/memory_settings.h"

namespace ampa::timing {

// Cycles of one unit from the first word of `num_codes` codes to the last word of the narrower ones, words of
// `word_bytes` coming and going without a pause. num_codes >= 1.
std::int64_t width_switch_cycles(std::int64_t num_codes, Bits low, std::int64_t word_bytes);

struct WidthSwitch {
  Bits high = 8, low = 4;  // kMinBits <= low <= high <= kMaxBits
  std::int64_t lanes = 8;  // units side by side, each with words of 8 bytes
};

struct TransferCost {
  std::int64_t cycles = 0;
  std::int64_t bytes_read = 0, bytes_written = 0;  // whole beats of the port
};

// The codes of each tensor are read at the high width, rounded, and written at the low one beside them. They pass
// through the halves of the core's B scratchpad in pieces, split evenly among the lanes: one half fills while the units
// work on the other; results have two halves of the same size. The memory serves one burst at a time, in the order read
// 0, read 1, write 0, read 2, write 1, .. Cycles are those from the first request to the last beat. Throws
// OverflowError.
TransferCost rounding_cost(const std::vector<std::int64_t>& num_codes, const WidthSwitch& change,
                           const CoreConfig& config, const MemorySettings& memory);

// Another model of the low width comes from outside and is written, in bursts of one such piece.
TransferCost reloading_cost(const std::vector<std::int64_t>& num_codes, Bits low, const CoreConfig& config,
                            const MemorySettings& memory);

}  // namespace ampa::timing
