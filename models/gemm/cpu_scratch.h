// Working memory that outlives a job.
#pragma once

#include <cstdint>

#include "common/uninitialized_vector.h"

namespace ampa::gemm::cpu {

// At least n elements of any value. Used on thread_local vectors, which keep their memory between jobs: large blocks
// that are given back and taken again cost a page fault every 4 KiB and are cleared by the system.
template <typename T>
T* at_least(UninitializedVector<T>& memory, std::int64_t n) {
  if (memory.size() < static_cast<std::size_t>(n)) memory.resize(static_cast<std::size_t>(n));
  return memory.data();
}

}  // namespace ampa::gemm::cpu
