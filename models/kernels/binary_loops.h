// Loops that every compiler turns into vectors of its instruction set, where they are worth it.
#pragma once

#include "kernels/binary_dot.h"
#include "numerics/elementary32.h"

namespace ampa::kernels {
namespace {

inline void signs(const float* __restrict x, std::int64_t n, std::uint8_t* __restrict codes) {
  for (std::int64_t i = 0; i < n; ++i) codes[i] = x[i] >= 0 ? 1 : 0xFF;
}

inline void scale_gradient(const float* __restrict g, const std::int32_t* __restrict sums, std::int64_t positions,
                           std::int64_t channels, const float* __restrict scale, double* __restrict of_scales,
                           std::int32_t* __restrict largest, float* __restrict out) {
  for (std::int64_t i = 0; i < positions; ++i, g += channels, sums += channels, out += channels)
    for (std::int64_t c = 0; c < channels; ++c) {
      of_scales[c] += static_cast<double>(g[c]) * static_cast<double>(static_cast<float>(sums[c]));
      const float scaled = g[c] * scale[c];
      const auto magnitude = static_cast<std::int32_t>(numerics::bits_of32(scaled) & 0x7FFFFFFFu);
      largest[c] = magnitude > largest[c] ? magnitude : largest[c];
      out[c] = scaled;
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

// take_lanes where bits_of_16(codes) has the bits of 16 codes.
template <typename BitsOf16>
inline void take_lanes_by(const BitsOf16& bits_of_16, const std::uint8_t* codes, std::int64_t positions,
                          std::int64_t channels, BitOfCode bit, std::uint16_t* lanes, std::int64_t block_step) {
  const std::int64_t blocks = channels / kBitLanes, rest = channels % kBitLanes;
  for (std::int64_t i = 0; i < positions; ++i, codes += channels) {
    for (std::int64_t block = 0; block < blocks; ++block)
      lanes[block * block_step + i] = static_cast<std::uint16_t>(bits_of_16(codes + block * kBitLanes));
    if (rest > 0)
      lanes[blocks * block_step + i] = static_cast<std::uint16_t>(last_bits(codes + blocks * kBitLanes, rest, bit));
  }
}

}  // namespace
}  // namespace ampa::kernels
