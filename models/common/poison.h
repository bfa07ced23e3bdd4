// A switch for tests: memory whose contents are undefined is filled with values that show when somebody reads them.
#pragma once

#include <algorithm>
#include <atomic>
#include <limits>

namespace ampa {

// Off unless a test turns it on; changes no result of a program that reads only what was written.
inline std::atomic<bool>& poisons_memory() {
  static std::atomic<bool> on{false};
  return on;
}

// Fills floats that their owner is about to write with NaN.
inline void poison(float* values, std::ptrdiff_t size) {
  if (poisons_memory().load(std::memory_order_relaxed))
    std::fill_n(values, size, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace ampa
