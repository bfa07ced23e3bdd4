#include "bench/bandwidth.h"

#include <algorithm>
#include <chrono>

#include "common/uninitialized_vector.h"

namespace ampa::bench {
namespace {

#ifdef __x86_64__
#define AMPA_WIDEST_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define AMPA_WIDEST_VECTORS
#endif

constexpr std::int64_t kAhead = 2048;     // elements, 8 KiB
constexpr std::int64_t kBlock = 512;      // elements that a loop takes at once
constexpr std::int64_t kChunk = 1 << 18;  // elements of a part

void ask_for(const std::int32_t* array) {
  for (std::int64_t i = kAhead; i < kAhead + kBlock; i += 16) __builtin_prefetch(array + i);
}

AMPA_WIDEST_VECTORS std::int32_t sum(const std::int32_t* a, std::int64_t n) {
  std::int32_t total = 0;
  for (std::int64_t i = 0; i < n; ++i) total ^= a[i];
  return total;
}

AMPA_WIDEST_VECTORS void copy(const std::int32_t* __restrict a, std::int32_t* __restrict b, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) b[i] = a[i] + 1;
}

AMPA_WIDEST_VECTORS void add(const std::int32_t* __restrict a, const std::int32_t* __restrict b,
                             std::int32_t* __restrict c, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

// Elements per second of a loop over all blocks.
template <typename Loop>
double elements_per_second(std::int64_t size, ThreadPool& threads, const Loop& loop) {
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    threads.for_each_part(size / kChunk, [&](std::int64_t part) {
      for (std::int64_t i = part * kChunk; i < (part + 1) * kChunk; i += kBlock) loop(i);
    });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(size) / taken.count());
  }
  return best;
}

}  // namespace

double Bandwidth::best() const {
  return std::max({read, copy, add});
}

Bandwidth measure_bandwidth(std::int64_t bytes, ThreadPool& threads) {
  constexpr double kGigabytes = sizeof(std::int32_t) * 1e-9;
  const std::int64_t size = bytes / static_cast<std::int64_t>(sizeof(std::int32_t)) / kChunk * kChunk;
  UninitializedVector<std::int32_t> a, b, c;
  for (auto* array : {&a, &b, &c}) array->assign(static_cast<std::size_t>(size + kAhead + kBlock), 1);
  Bandwidth result;
  std::atomic<std::int32_t> sink{0};  // so that the sums are computed
  result.read = kGigabytes * elements_per_second(size, threads, [&](std::int64_t i) {
                  ask_for(a.data() + i);
                  sink.store(sum(a.data() + i, kBlock), std::memory_order_relaxed);
                });
  result.copy = 2 * kGigabytes * elements_per_second(size, threads, [&](std::int64_t i) {
                  ask_for(a.data() + i);
                  copy(a.data() + i, b.data() + i, kBlock);
                });
  result.add = 3 * kGigabytes * elements_per_second(size, threads, [&](std::int64_t i) {
                 ask_for(a.data() + i);
                 ask_for(b.data() + i);
                 add(a.data() + i, b.data() + i, c.data() + i, kBlock);
               });
  return result;
}

}  // namespace ampa::bench
