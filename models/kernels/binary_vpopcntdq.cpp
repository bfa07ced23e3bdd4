// Counting of bits with AVX-512 VPOPCNTDQ: 16 words an instruction.
#ifdef __x86_64__
#include <immintrin.h>

#include "kernels/binary_loops.h"

namespace ampa::kernels {
namespace {

constexpr int kRows = 8;  // in hand

void take_bits(const std::uint8_t* codes, std::int64_t n, BitOfCode bit, std::uint32_t* words) {
  const __m512i mask = _mm512_set1_epi8(static_cast<char>(bit.mask));
  const std::uint64_t flip = bit.inverted ? ~std::uint64_t{0} : 0;
  for (; n >= 64; n -= 64, codes += 64, words += 2) {
    const std::uint64_t bits = _mm512_test_epi8_mask(_mm512_loadu_si512(codes), mask) ^ flip;
    __builtin_memcpy(words, &bits, sizeof bits);
  }
  for (; n > 0; n -= 32, codes += 32) *words++ = last_bits(codes, n < 32 ? n : 32, bit);
}

void take_lanes(const std::uint8_t* codes, std::int64_t positions, std::int64_t channels, BitOfCode bit,
                std::uint16_t* lanes, std::int64_t block_step) {
  const __m128i mask = _mm_set1_epi8(static_cast<char>(bit.mask));
  const std::uint32_t flip = bit.inverted ? 0xFFFF : 0;
  take_lanes_by(
      [=](const std::uint8_t* from) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return static_cast<std::uint32_t>(_mm_test_epi8_mask(bytes, mask)) ^ flip;
      },
      codes, positions, channels, bit, lanes, block_step);
}

void turn_lanes(const std::uint16_t* lanes, std::int64_t num_words, std::uint32_t* words) {
  for (; num_words > 0; --num_words, lanes += 32, words += kBitLanes) {
    const __m512i positions = _mm512_loadu_si512(lanes);
#pragma GCC unroll 16
    for (int lane = 0; lane < kBitLanes; ++lane)
      words[lane] = _mm512_test_epi16_mask(positions, _mm512_set1_epi16(static_cast<short>(1 << lane)));
  }
}

template <int Rows>
inline void count_rows(const std::uint32_t* rows, std::int64_t row_step, std::int64_t word_step,
                       const std::uint32_t* columns, std::int64_t num_words, __m512i weight,
                       const std::uint32_t* of_rows, std::int32_t* sums, std::int64_t sums_step) {
  __m512i counts[Rows];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) counts[r] = _mm512_setzero_si512();
  for (std::int64_t w = 0; w < num_words; ++w, rows += word_step, columns += kBitLanes) {
    const __m512i lanes = _mm512_loadu_si512(columns);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const __m512i word = _mm512_set1_epi32(static_cast<int>(rows[r * row_step]));
      counts[r] = _mm512_add_epi32(counts[r], _mm512_popcnt_epi32(_mm512_and_si512(word, lanes)));
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
    std::int32_t* target = sums + r * sums_step;
    const __m512i term =
        _mm512_sub_epi32(_mm512_mullo_epi32(counts[r], weight), _mm512_set1_epi32(static_cast<int>(of_rows[r])));
    _mm512_storeu_si512(target, _mm512_add_epi32(_mm512_loadu_si512(target), term));
  }
}

void count_shared(const BitRows& rows, std::int64_t num_rows, const std::uint32_t* columns, std::int64_t num_words,
                  std::int32_t weight, const std::uint32_t* of_rows, std::int32_t* sums, std::int64_t sums_step) {
  const __m512i weights = _mm512_set1_epi32(weight);
  std::int64_t r = 0;
  for (; r + kRows <= num_rows; r += kRows)
    count_rows<kRows>(rows.words + r * rows.row_step, rows.row_step, rows.word_step, columns, num_words, weights,
                      of_rows + r, sums + r * sums_step, sums_step);
  for (; r < num_rows; ++r)
    count_rows<1>(rows.words + r * rows.row_step, rows.row_step, rows.word_step, columns, num_words, weights,
                  of_rows + r, sums + r * sums_step, sums_step);
}

}  // namespace

const BinaryKernels kBinaryVpopcntdq{"vpopcntdq", signs,      scale_gradient, take_bits,
                                     take_lanes,  turn_lanes, count_ones,     count_shared};

}  // namespace ampa::kernels
#endif
