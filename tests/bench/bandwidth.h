// What the memory of this machine gives to loops that do nothing but read and write it.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"

namespace ampa::bench {

// GB/s, every byte counted once when it is read and once when it is written.
struct Bandwidth {
  double read = 0;  // sum of a
  double copy = 0;  // b = a + 1
  double add = 0;   // c = a + b
  double best() const;
};

// The fastest of a few rounds over three arrays of `bytes` each, on all threads of the pool. Memory is asked for ahead
// and lies on large pages, as that of a training step.
Bandwidth measure_bandwidth(std::int64_t bytes, ThreadPool& threads);

}  // namespace ampa::bench
