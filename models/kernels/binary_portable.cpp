// Counting of bits in plain loops.
#include "kernels/binary_loops.h"

namespace ampa::kernels {
namespace {

void take_bits(const std::uint8_t* codes, std::int64_t n, BitOfCode bit, std::uint32_t* words) {
  for (std::int64_t i = 0; i < n; i += 32) *words++ = last_bits(codes + i, n - i < 32 ? n - i : 32, bit);
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
                  std::int32_t weight, std::int32_t* sums, std::int64_t sums_step) {
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
                                             static_cast<std::uint32_t>(weight) * counts[lane]);
  }
}

}  // namespace

const BinaryKernels kBinaryPortable{"portable", signs, take_bits, collect_bits, count_ones, count_shared};

}  // namespace ampa::kernels
