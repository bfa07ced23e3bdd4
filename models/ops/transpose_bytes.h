// 16 x 16 bytes with rows and columns exchanged, in registers.
#pragma once

#include <cstdint>

namespace ampa::ops {

constexpr std::int64_t kByteTile = 16;

// to[j * to_step + i] = from[i * from_step + j] for i, j < 16. Steps in bytes; the two do not overlap.
inline void transpose_bytes(const std::uint8_t* from, std::int64_t from_step, std::uint8_t* to, std::int64_t to_step) {
  typedef std::uint8_t Row __attribute__((vector_size(kByteTile)));
  Row rows[kByteTile], next[kByteTile];
  for (std::int64_t i = 0; i < kByteTile; ++i) __builtin_memcpy(&rows[i], from + i * from_step, sizeof(Row));
  // A round takes a row and the one 8 behind it in turn: a rotation of the 8 bits of every byte's place by one. Four
  // rounds exchange the bits of the row with those of the column.
  for (int round = 0; round < 4; ++round) {
    for (std::int64_t i = 0; i < kByteTile / 2; ++i) {
      const Row a = rows[i], b = rows[i + kByteTile / 2];
      next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (std::int64_t i = 0; i < kByteTile; ++i) rows[i] = next[i];
  }
  for (std::int64_t i = 0; i < kByteTile; ++i) __builtin_memcpy(to + i * to_step, &rows[i], sizeof(Row));
}

}  // namespace ampa::ops
