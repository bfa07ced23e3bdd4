// Memory for buffers that loops run over.
#pragma once

#include <cstddef>
#include <new>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace ampa {

constexpr std::size_t kLargePage = std::size_t{2} << 20;

// Small buffers start on a cache line, large ones on a large page, which the system is asked for: a loop over them then
// needs fewer address translations and page faults.
inline std::align_val_t alignment_of(std::size_t bytes) {
  constexpr std::size_t kCacheLine = 64;
  return std::align_val_t{bytes >= kLargePage ? kLargePage : kCacheLine};
}

inline void* allocate_large(std::size_t bytes) {
  void* const memory = ::operator new(bytes, alignment_of(bytes));
#ifdef __linux__
  if (bytes >= kLargePage) madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: its failure changes nothing
#endif
  return memory;
}

inline void free_large(void* memory, std::size_t bytes) {
  ::operator delete(memory, alignment_of(bytes));
}

}  // namespace ampa
