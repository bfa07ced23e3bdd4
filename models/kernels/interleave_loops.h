// Rearranging codes for the integer dot products, compiled once per instruction set (see elementwise_loops.h).
#pragma once

#ifdef __AVX512BW__
#include <immintrin.h>
#endif

#include "kernels/int_dot.h"

namespace ampa::kernels {
namespace {

#ifdef __AVX512BW__

inline __m128i load_16(const std::uint8_t* codes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
}

// out[4 j + i] = codes[i * step + j], j < 16: first to the 128-bit lane of its output, then to its place there.
inline void interleave_4x16(const std::uint8_t* codes, std::int64_t step, std::uint8_t* out) {
  __m512i all = _mm512_castsi128_si512(load_16(codes));
  all = _mm512_inserti32x4(all, load_16(codes + step), 1);
  all = _mm512_inserti32x4(all, load_16(codes + 2 * step), 2);
  all = _mm512_inserti32x4(all, load_16(codes + 3 * step), 3);
#ifdef __AVX512VBMI__
  alignas(64) static constexpr std::uint8_t kTo[64] = {0,  16, 32, 48, 1,  17, 33, 49, 2,  18, 34, 50, 3,  19, 35, 51,
                                                       4,  20, 36, 52, 5,  21, 37, 53, 6,  22, 38, 54, 7,  23, 39, 55,
                                                       8,  24, 40, 56, 9,  25, 41, 57, 10, 26, 42, 58, 11, 27, 43, 59,
                                                       12, 28, 44, 60, 13, 29, 45, 61, 14, 30, 46, 62, 15, 31, 47, 63};
  _mm512_storeu_si512(out, _mm512_permutexvar_epi8(_mm512_load_si512(kTo), all));
#else
  const __m512i to_lane = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i to_place = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  _mm512_storeu_si512(out, _mm512_shuffle_epi8(_mm512_permutexvar_epi32(to_lane, all), to_place));
#endif
}

#else

typedef std::uint8_t Bytes16 __attribute__((vector_size(16)));
typedef std::uint16_t Words8 __attribute__((vector_size(16)));

// The elements of two vectors in turn, of their lower or their upper halves.
inline Bytes16 low_bytes(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
inline Bytes16 high_bytes(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
inline Words8 low_words(Words8 a, Words8 b) {
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}
inline Words8 high_words(Words8 a, Words8 b) {
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

inline void interleave_4x16(const std::uint8_t* codes, std::int64_t step, std::uint8_t* out) {
  Bytes16 position[kGroup];
  for (int i = 0; i < kGroup; ++i) __builtin_memcpy(&position[i], codes + i * step, 16);
  const Words8 low01 = (Words8)low_bytes(position[0], position[1]),
               high01 = (Words8)high_bytes(position[0], position[1]);
  const Words8 low23 = (Words8)low_bytes(position[2], position[3]),
               high23 = (Words8)high_bytes(position[2], position[3]);
  const Words8 results[4] = {low_words(low01, low23), high_words(low01, low23), low_words(high01, high23),
                             high_words(high01, high23)};
  __builtin_memcpy(out, results, sizeof results);
}

#endif

void interleave(const std::uint8_t* codes, std::int64_t step, std::int64_t count, std::int64_t blocks,
                std::uint8_t* out) {
  const std::int64_t whole = count / kGroup, groups = (count + kGroup - 1) / kGroup;
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::uint8_t* source = codes + block * kLanes;
    std::uint8_t* target = out + block * groups * kBlockBytes;
    for (std::int64_t group = 0; group < whole; ++group)
      interleave_4x16(source + group * kGroup * step, step, target + group * kBlockBytes);
    if (whole == groups) continue;
    for (int i = 0; i < kGroup; ++i) {
      const std::int64_t position = whole * kGroup + i;
      for (int lane = 0; lane < kLanes; ++lane)
        target[whole * kBlockBytes + lane * kGroup + i] = position < count ? source[position * step + lane] : 0;
    }
  }
}

void flip_sign(const std::uint8_t* __restrict codes, std::int64_t n, std::uint8_t* __restrict out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = codes[i] ^ 0x80;
}

}  // namespace
}  // namespace ampa::kernels
