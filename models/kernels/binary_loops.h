// Loops that every compiler turns into vectors of its instruction set, where they are worth it.
#pragma once

#include "kernels/binary_dot.h"

namespace ampa::kernels {
namespace {

inline void signs(const float* __restrict x, std::int64_t n, std::uint8_t* __restrict codes) {
  for (std::int64_t i = 0; i < n; ++i) codes[i] = x[i] >= 0 ? 1 : 0xFF;
}

inline void collect_bits(const std::uint8_t* const* rows, std::int64_t n, BitOfCode bit, std::uint8_t* out) {
  constexpr std::int64_t kAtOnce = 64;
  const std::uint8_t mask = bit.mask, flip = bit.inverted ? 0xFF : 0;
  std::int64_t first = 0;
  for (; first + kAtOnce <= n; first += kAtOnce) {
    std::uint8_t bits[kAtOnce] = {};
    for (int i = 0; i < 8; ++i) {
      const std::uint8_t* codes = rows[i] + first;
      const auto set = static_cast<std::uint8_t>(1 << i);
      for (std::int64_t c = 0; c < kAtOnce; ++c)
        bits[c] = static_cast<std::uint8_t>(bits[c] | ((codes[c] & mask) != 0 ? set : 0));
    }
    for (std::int64_t c = 0; c < kAtOnce; ++c) out[first + c] = static_cast<std::uint8_t>(bits[c] ^ flip);
  }
  for (std::int64_t c = first; c < n; ++c) {
    unsigned bits = 0;
    for (int i = 0; i < 8; ++i) bits |= (rows[i][c] & mask) != 0 ? 1u << i : 0u;
    out[c] = static_cast<std::uint8_t>(bits ^ flip);
  }
}

inline std::int64_t count_ones(const std::uint32_t* words, std::int64_t n, std::int64_t step) {
  std::int64_t ones = 0;
  for (std::int64_t w = 0; w < n; ++w) ones += __builtin_popcount(words[w * step]);
  return ones;
}

// A word of n <= 32 codes.
inline std::uint32_t last_bits(const std::uint8_t* codes, std::int64_t n, BitOfCode bit) {
  std::uint32_t word = 0;
  for (std::int64_t i = 0; i < n; ++i)
    word |= static_cast<std::uint32_t>(((codes[i] & bit.mask) != 0) != bit.inverted) << i;
  return word;
}

}  // namespace
}  // namespace ampa::kernels
