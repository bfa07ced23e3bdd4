// Philox4x32-10 in vector lanes, compiled once per instruction set (see elementwise_loops.h): the words of
// numerics::philox4x32_10 for many counters at once.
#pragma once

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "numerics/philox.h"
#include "numerics/random_stream.h"

namespace ampa::kernels {
namespace {

#if defined(__AVX512F__)
constexpr int kPhiloxLanes = 8;
#elif defined(__AVX2__)
constexpr int kPhiloxLanes = 4;
#else
constexpr int kPhiloxLanes = 2;
#endif

// A lane's 32-bit word is the low half of 64 bits; the high half is anything.
typedef std::uint64_t PhiloxWords __attribute__((vector_size(8 * kPhiloxLanes)));

// The 64-bit products of the low halves.
inline void multiply_low_halves(const PhiloxWords& a, std::uint32_t b, PhiloxWords& product) {
#if defined(__AVX512F__)
  product = (PhiloxWords)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__)
  product = (PhiloxWords)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#elif defined(__SSE2__)
  product = (PhiloxWords)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(b));
#else
  product = (a & 0xFFFFFFFFu) * static_cast<std::uint64_t>(b);
#endif
}

// Lanes in the order in which interleaving their words puts the blocks one behind the other: even lanes hold the first
// half.
inline void philox_counters(std::uint64_t first, PhiloxWords& counters) {
  for (int lane = 0; lane < kPhiloxLanes; ++lane)
    counters[lane] = first + static_cast<std::uint64_t>(lane / 2 + lane % 2 * (kPhiloxLanes / 2));
}

// Writes the 4 words of each of the blocks first .. first + kPhiloxLanes - 1.
inline void philox_blocks(const numerics::RandomStream& stream, std::uint64_t first, std::uint32_t* out) {
  PhiloxWords c0, c1, c2, c3, product0, product1;
  philox_counters(first, c0);
  c1 = c0 >> 32;
  c2 = PhiloxWords{} + stream.tensor;
  c3 = PhiloxWords{} + stream.step;
  std::uint32_t key0 = static_cast<std::uint32_t>(stream.seed), key1 = static_cast<std::uint32_t>(stream.seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < numerics::kPhiloxRounds; ++round) {
    multiply_low_halves(c0, numerics::kPhiloxMultiplier0, product0);
    multiply_low_halves(c2, numerics::kPhiloxMultiplier1, product1);
    c0 = (product1 >> 32) ^ (c1 ^ key0);
    c1 = product1;
    c2 = (product0 >> 32) ^ (c3 ^ key1);
    c3 = product0;
    key0 += numerics::kPhiloxWeyl0;
    key1 += numerics::kPhiloxWeyl1;
  }
  const PhiloxWords words01 = (c0 & 0xFFFFFFFFu) | (c1 << 32), words23 = (c2 & 0xFFFFFFFFu) | (c3 << 32);
#if defined(__AVX512F__)
  const PhiloxWords halves[2] = {(PhiloxWords)_mm512_unpacklo_epi64((__m512i)words01, (__m512i)words23),
                                 (PhiloxWords)_mm512_unpackhi_epi64((__m512i)words01, (__m512i)words23)};
#elif defined(__AVX2__)
  const PhiloxWords halves[2] = {(PhiloxWords)_mm256_unpacklo_epi64((__m256i)words01, (__m256i)words23),
                                 (PhiloxWords)_mm256_unpackhi_epi64((__m256i)words01, (__m256i)words23)};
#else
  const PhiloxWords halves[2] = {PhiloxWords{words01[0], words23[0]}, PhiloxWords{words01[1], words23[1]}};
#endif
  __builtin_memcpy(out, halves, sizeof halves);
}

}  // namespace
}  // namespace ampa::kernels
