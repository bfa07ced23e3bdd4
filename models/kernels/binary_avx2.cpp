// Counting of bits with AVX2: both halves of every byte by a table of 16 entries, bytes summed before they overflow.
#ifdef __x86_64__
#include <immintrin.h>

#include "kernels/binary_loops.h"

namespace ampa::kernels {
namespace {

constexpr int kRows = 2;                   // in hand
constexpr std::int64_t kWordsInByte = 31;  // of 8 bits each, that a byte can count

void take_bits(const std::uint8_t* codes, std::int64_t n, BitOfCode bit, std::uint32_t* words) {
  const __m256i mask = _mm256_set1_epi8(static_cast<char>(bit.mask)), zero = _mm256_setzero_si256();
  const std::uint32_t flip = bit.inverted ? 0 : 0xFFFFFFFFu;  // what is compared is whether the bit is 0
  for (; n >= 32; n -= 32, codes += 32) {
    const __m256i byte = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
    *words++ =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(byte, mask), zero))) ^ flip;
  }
  if (n > 0) *words = last_bits(codes, n, bit);
}

void take_lanes(const std::uint8_t* codes, std::int64_t positions, std::int64_t channels, BitOfCode bit,
                std::uint16_t* lanes, std::int64_t block_step) {
  const __m128i mask = _mm_set1_epi8(static_cast<char>(bit.mask)), zero = _mm_setzero_si128();
  const int flip = bit.inverted ? 0 : 0xFFFF;
  take_lanes_by(
      [=](const std::uint8_t* from) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(bytes, mask), zero)) ^ flip;
      },
      codes, positions, channels, bit, lanes, block_step);
}

// Bit `lane` of 32 bytes, from 7 down, to words[lane].
inline void words_of_bytes(__m256i bytes, std::uint32_t* words) {
  for (int lane = 7; lane >= 0; --lane, bytes = _mm256_add_epi8(bytes, bytes))
    words[lane] = static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

void turn_lanes(const std::uint16_t* lanes, std::int64_t num_words, std::uint32_t* words) {
  constexpr int kInOrder = 0xD8;  // of the quarters that packing leaves as 0, 2, 1, 3
  const __m256i low = _mm256_set1_epi16(0xFF);
  for (; num_words > 0; --num_words, lanes += 32, words += kBitLanes) {
    const auto* from = reinterpret_cast<const __m256i*>(lanes);
    const __m256i a = _mm256_loadu_si256(from), b = _mm256_loadu_si256(from + 1);
    const __m256i lows = _mm256_packus_epi16(_mm256_and_si256(a, low), _mm256_and_si256(b, low));
    const __m256i highs = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
    words_of_bytes(_mm256_permute4x64_epi64(lows, kInOrder), words);
    words_of_bytes(_mm256_permute4x64_epi64(highs, kInOrder), words + 8);
  }
}

inline __m256i ones_of_bytes(__m256i x) {
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                         _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

// Four bytes of every word to their sum.
inline __m256i sums_of_words(__m256i bytes) {
  return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
}

inline void count_rows(const std::uint32_t* const (&row)[kRows], std::int64_t word_step, const std::uint32_t* columns,
                       std::int64_t num_words, __m256i (&counts)[kRows][2]) {
  for (std::int64_t first = 0; first < num_words; first += kWordsInByte) {
    const std::int64_t end = first + kWordsInByte < num_words ? first + kWordsInByte : num_words;
    __m256i bytes[kRows][2];
    for (int r = 0; r < kRows; ++r) bytes[r][0] = bytes[r][1] = _mm256_setzero_si256();
    for (std::int64_t w = first; w < end; ++w) {
      const auto* lanes = reinterpret_cast<const __m256i*>(columns + w * kBitLanes);
      const __m256i low = _mm256_loadu_si256(lanes), high = _mm256_loadu_si256(lanes + 1);
#pragma GCC unroll 2
      for (int r = 0; r < kRows; ++r) {
        const __m256i word = _mm256_set1_epi32(static_cast<int>(row[r][w * word_step]));
        bytes[r][0] = _mm256_add_epi8(bytes[r][0], ones_of_bytes(_mm256_and_si256(word, low)));
        bytes[r][1] = _mm256_add_epi8(bytes[r][1], ones_of_bytes(_mm256_and_si256(word, high)));
      }
    }
    for (int r = 0; r < kRows; ++r)
      for (int half = 0; half < 2; ++half)
        counts[r][half] = _mm256_add_epi32(counts[r][half], sums_of_words(bytes[r][half]));
  }
}

void count_shared(const BitRows& rows, std::int64_t num_rows, const std::uint32_t* columns, std::int64_t num_words,
                  std::int32_t weight, const std::uint32_t* of_rows, std::int32_t* sums, std::int64_t sums_step) {
  for (std::int64_t first = 0; first < num_rows; first += kRows) {
    const std::uint32_t* row[kRows];
    for (int r = 0; r < kRows; ++r)
      row[r] = rows.words + (first + r < num_rows ? first + r : num_rows - 1) * rows.row_step;
    __m256i counts[kRows][2];
    for (int r = 0; r < kRows; ++r) counts[r][0] = counts[r][1] = _mm256_setzero_si256();
    count_rows(row, rows.word_step, columns, num_words, counts);
    for (int r = 0; r < kRows && first + r < num_rows; ++r)
      for (int half = 0; half < 2; ++half) {
        auto* target = reinterpret_cast<__m256i*>(sums + (first + r) * sums_step + 8 * half);
        const __m256i term = _mm256_sub_epi32(_mm256_mullo_epi32(counts[r][half], _mm256_set1_epi32(weight)),
                                              _mm256_set1_epi32(static_cast<int>(of_rows[first + r])));
        _mm256_storeu_si256(target, _mm256_add_epi32(_mm256_loadu_si256(target), term));
      }
  }
}

}  // namespace

const BinaryKernels kBinaryAvx2{"avx2",     signs,      scale_gradient, take_bits,
                                take_lanes, turn_lanes, count_ones,     count_shared};

}  // namespace ampa::kernels
#endif
