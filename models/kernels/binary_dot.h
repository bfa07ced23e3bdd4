// The inner loops of products with a two-level operand: codes to bits, and counts of bits that two operands share.
//
// Bits lie in words of 32, from bit 0 up; bits that stand for nothing are 0.
#pragma once

#include <cstdint>

namespace ampa::kernels {

// Which bit of a code's byte a bit is: (byte & mask) != 0, or its opposite.
struct BitOfCode {
  std::uint8_t mask = 1;
  bool inverted = false;
};

// Word w of row r lies at words[r * row_step + w * word_step].
struct BitRows {
  const std::uint32_t* words = nullptr;
  std::int64_t row_step = 0, word_step = 0;
};

constexpr std::int64_t kBitLanes = 16;  // columns that a block of words holds: [word][16]

struct BinaryKernels {
  const char* name;

  // codes[i] = numerics::two_level_code(x[i]).
  void (*signs)(const float* x, std::int64_t n, std::uint8_t* codes);

  // For the `channels` values g of every position and its sums of products of signs: out = g * scale of the channel,
  // of_scales of the channel += d(g) * d(fl32(sum)), and its largest becomes the bits of |out| if those, as an integer,
  // are larger: from 0x7F800000 on, some |out| is an infinity or a NaN.
  void (*scale_gradient)(const float* g, const std::int32_t* sums, std::int64_t positions, std::int64_t channels,
                         const float* scale, double* of_scales, std::int32_t* largest, float* out);

  // Bit i of `words` is that of codes[i], i < n. Writes ceil(n / 32) words.
  void (*take_bits)(const std::uint8_t* codes, std::int64_t n, BitOfCode bit, std::uint32_t* words);

  // Bit c of lanes[block * block_step + i] is that of codes[i * channels + 16 * block + c], i < positions; 0 where
  // there is no such channel.
  void (*take_lanes)(const std::uint8_t* codes, std::int64_t positions, std::int64_t channels, BitOfCode bit,
                     std::uint16_t* lanes, std::int64_t block_step);

  // Bit i of words[w * 16 + lane] is bit `lane` of lanes[32 * w + i], w < num_words.
  void (*turn_lanes)(const std::uint16_t* lanes, std::int64_t num_words, std::uint32_t* words);

  // The number of bits that are 1 in words[0], words[step], .. words[(n - 1) * step].
  std::int64_t (*count_ones)(const std::uint32_t* words, std::int64_t n, std::int64_t step);

  // sums[r * sums_step + lane] += weight * popcount(row r AND lane of `columns`) - of_rows[r], modulo 2^32, r <
  // num_rows, for the 16 lanes of a block of `num_words` words.
  void (*count_shared)(const BitRows& rows, std::int64_t num_rows, const std::uint32_t* columns, std::int64_t num_words,
                       std::int32_t weight, const std::uint32_t* of_rows, std::int32_t* sums, std::int64_t sums_step);
};

// Those of the instruction set that kernels::active() names; of AVX-512 the ones that count bits where the processor
// has the instruction, else those of AVX2. All return the same numbers.
const BinaryKernels& active_binary();

extern const BinaryKernels kBinaryPortable;
extern const BinaryKernels kBinaryAvx2;
extern const BinaryKernels kBinaryVpopcntdq;

}  // namespace ampa::kernels
