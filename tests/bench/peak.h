// The most products per second that an instruction set allows: loops that touch nothing but registers, on every thread
// of a pool at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "common/thread_pool.h"

namespace ampa::bench {

constexpr int kPeakRounds = 2'000'000;

template <typename Work>
double products_per_second(double products_of_a_round, ThreadPool& threads, const Work& work) {
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    threads.for_each_part(threads.num_threads(), [&](std::int64_t) { work(); });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    best = std::max(best, products_of_a_round * kPeakRounds * threads.num_threads() / taken.count());
  }
  return best;
}

#ifdef __x86_64__

// Twelve independent sums hide the latency. The empty assembly keeps the compiler from dropping or merging products.
constexpr int kSums = 12;

__attribute__((target("avx512f,avx512vnni"))) inline void vnni_rounds() {
  __m512i sums[kSums] = {};
  __m512i a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(5);
  for (int round = 0; round < kPeakRounds; ++round)
#pragma GCC unroll 12
    for (__m512i& sum : sums) {
      sum = _mm512_dpbusd_epi32(sum, a, b);
      asm volatile("" : "+v"(sum));
    }
}

__attribute__((target("avx2"))) inline void avx2_rounds() {
  __m256i sums[kSums] = {};
  __m256i a = _mm256_set1_epi16(3), b = _mm256_set1_epi16(5);
  for (int round = 0; round < kPeakRounds; ++round)
#pragma GCC unroll 12
    for (__m256i& sum : sums) {
      asm volatile("" : "+x"(a), "+x"(sum));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
    }
}

// FP32 products that are rounded before they are added.
__attribute__((target("avx512f"))) inline void fp32_rounds() {
  __m512 sums[kSums] = {};
  __m512 a = _mm512_set1_ps(3), b = _mm512_set1_ps(5);
  for (int round = 0; round < kPeakRounds; ++round)
#pragma GCC unroll 12
    for (__m512& sum : sums) {
      asm volatile("" : "+v"(a), "+v"(sum));
      sum = _mm512_add_ps(sum, _mm512_mul_ps(a, b));
    }
}

#ifdef AMPA_AMX
__attribute__((target("amx-tile,amx-int8"))) inline void amx_rounds() {
  struct alignas(64) {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  } layout;
  asm volatile("" : : "r"(&layout) : "memory");  // GCC 12 takes the first 8 bytes for all that is loaded
  _tile_loadconfig(&layout);
  for (int round = 0; round < kPeakRounds; round += 4) {  // an instruction counts as a round
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }
  _tile_release();
}
#endif

#endif

// GMAC/s of an instruction set's integer products, 0 where it is not known.
inline double peak_gmacs([[maybe_unused]] const std::string& isa, [[maybe_unused]] ThreadPool& threads) {
#ifdef __x86_64__
#ifdef AMPA_AMX
  if (isa == "amx") return products_per_second(16.0 * 16 * 64, threads, amx_rounds) * 1e-9;
#endif
  if (isa == "avx512vnni") return products_per_second(kSums * 64.0, threads, vnni_rounds) * 1e-9;
  if (isa == "avx2") return products_per_second(kSums * 16.0, threads, avx2_rounds) * 1e-9;
#endif
  return 0;
}

// GFLOP/s of FP32 products and sums of 512 bits.
inline double peak_fp32_gflops([[maybe_unused]] ThreadPool& threads) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return products_per_second(2.0 * kSums * 16, threads, fp32_rounds) * 1e-9;
#endif
  return 0;
}

}  // namespace ampa::bench
