// Loops over the elements of an array in blocks that threads share; blocks do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/ceil_div.h"
#include "common/thread_pool.h"

namespace ampa {

constexpr std::int64_t kElementsPerBlock = 1 << 14;

// Calls body(first, count) for the blocks of n elements.
template <typename Body>
void for_each_block_of(std::int64_t n, ThreadPool& threads, const Body& body) {
  threads.for_each_part(ceil_div(n, kElementsPerBlock), [&](std::int64_t block) {
    const std::int64_t first = block * kElementsPerBlock;
    body(first, std::min(kElementsPerBlock, n - first));
  });
}

}  // namespace ampa
