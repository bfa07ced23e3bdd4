// An operand as bit-planes: a code is the sum over its planes p of weight_p * bit_p, plus a constant.
#pragma once

#include <cstdint>
#include <vector>

#include "common/ceil_div.h"
#include "common/uninitialized_vector.h"
#include "kernels/binary_dot.h"
#include "numerics/formats.h"

namespace ampa::gemm::cpu {

struct BitPlane {
  kernels::BitOfCode bit;
  std::int32_t weight = 1;
};

// Two-level codes have one plane, whether they are +1, of weight 2, and the constant -1; the highest plane of two's
// complement has a negative weight.
std::vector<BitPlane> bit_planes(CodeFormat format);
constexpr std::int32_t plane_constant(CodeFormat format) {
  return format.is_two_level() ? -1 : 0;
}

// Rows of bits in blocks of 16: [block][word][16]. Rows and bits that do not exist are 0.
struct BitBlocks {
  // Reuses memory; the words are undefined.
  void reshape(std::int64_t rows, std::int64_t words_of_row) {
    num_rows = rows;
    num_words = words_of_row;
    const auto size = static_cast<std::size_t>(num_blocks() * num_words * kernels::kBitLanes);
    if (words.size() < size) words.resize(size);
    ones.assign(static_cast<std::size_t>(num_rows), 0);
  }

  std::int64_t num_rows = 0, num_words = 0;  // words of a row
  UninitializedVector<std::uint32_t> words;
  std::vector<std::int64_t> ones;  // of every row, for those who ask

  std::int64_t num_blocks() const { return ceil_div(num_rows, kernels::kBitLanes); }
  std::uint32_t* block(std::int64_t index) { return words.data() + index * num_words * kernels::kBitLanes; }
  const std::uint32_t* block(std::int64_t index) const { return words.data() + index * num_words * kernels::kBitLanes; }
};

}  // namespace ampa::gemm::cpu
