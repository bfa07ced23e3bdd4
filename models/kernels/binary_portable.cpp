// Counting of bits in plain loops.
#include "kernels/binary_loops.h"

namespace ampa::kernels {
namespace {

void take_bits(const std::uint8_t* codes, std::int64_t n, BitOfCode bit, std::uint32_t* words) {
  for (std::int64_t i = 0; i < n; i += 32) *words++ = last_bits(codes + i, n - i < 32 ? n - i : 32, bit);
}

void take_lanes(const std::uint8_t* codes, std::int64_t positions, std::int64_t channels, BitOfCode bit,
                std::uint16_t* lanes, std::int64_t block_step) {
  take_lanes_by([bit](const std::uint8_t* from) { return last_bits(from, kBitLanes, bit); }, codes, positions, channels,
                bit, lanes, block_step);
}

// Eight rows of eight bits, a byte each, with rows and columns exchanged: ever larger squares change places.
inline std::uint64_t turned(std::uint64_t x) {
  const auto exchange = [&x](int shift, std::uint64_t mask) {
    const std::uint64_t differ = (x ^ (x >> shift)) & mask;
    x ^= differ ^ (differ << shift);
  };
  exchange(7, 0x00AA00AA00AA00AAu);
  exchange(14, 0x0000CCCC0000CCCCu);
  exchange(28, 0x00000000F0F0F0F0u);
  return x;
}

void turn_lanes(const std::uint16_t* lanes, std::int64_t num_words, std::uint32_t* words) {
  for (std::int64_t w = 0; w < num_words; ++w, words += kBitLanes) {
    for (std::int64_t lane = 0; lane < kBitLanes; ++lane) words[lane] = 0;
    for (int group = 0; group < 4; ++group, lanes += 8)
      for (int half = 0; half < 2; ++half) {
        std::uint64_t rows = 0;
        for (int i = 0; i < 8; ++i) rows |= static_cast<std::uint64_t>((lanes[i] >> (8 * half)) & 0xFF) << (8 * i);
        rows = turned(rows);
        for (int lane = 0; lane < 8; ++lane)
          words[8 * half + lane] |= static_cast<std::uint32_t>((rows >> (8 * lane)) & 0xFF) << (8 * group);
      }
  }
}

// Sums of neighbouring bits, then of pairs, quadruples and bytes.
inline std::uint32_t ones(std::uint32_t x) {
  x -= (x >> 1) & 0x55555555u;
  x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
  x = (x + (x >> 4)) & 0x0F0F0F0Fu;
  x += x >> 8;
  return (x + (x >> 16)) & 0x3Fu;
}

void count_shared(const BitRows& rows, std::int64_t num_rows, const std::uint32_t* columns, std::int64_t num_words,
                  std::int32_t weight, const std::uint32_t* of_rows, std::int32_t* sums, std::int64_t sums_step) {
  for (std::int64_t r = 0; r < num_rows; ++r, sums += sums_step) {
    std::uint32_t counts[kBitLanes] = {};
    const std::uint32_t* row = rows.words + r * rows.row_step;
    for (std::int64_t w = 0; w < num_words; ++w) {
      const std::uint32_t word = row[w * rows.word_step];
      const std::uint32_t* lanes = columns + w * kBitLanes;
      for (std::int64_t lane = 0; lane < kBitLanes; ++lane) counts[lane] += ones(word & lanes[lane]);
    }
    for (std::int64_t lane = 0; lane < kBitLanes; ++lane)
      sums[lane] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[lane]) +
                                             static_cast<std::uint32_t>(weight) * counts[lane] - of_rows[r]);
  }
}

}  // namespace

const BinaryKernels kBinaryPortable{"portable", signs,      scale_gradient, take_bits,
                                    take_lanes, turn_lanes, count_ones,     count_shared};

}  // namespace ampa::kernels
