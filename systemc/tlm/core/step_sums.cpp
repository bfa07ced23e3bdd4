#include "tlm/core/step_sums.h"

namespace ampa::tlm {
namespace {

// What the array makes of the bits of a code.
std::int16_t code_of(std::uint32_t value, const OperandWords& words) {
  if (words.format.is_two_level()) return (value & 2) != 0 ? -1 : 1;
  const std::uint32_t code = value & ((1u << words.value_bits) - 1);
  const std::uint32_t sign = words.format.is_signed ? 1u << (words.value_bits - 1) : 0;
  return static_cast<std::int16_t>(static_cast<std::int32_t>(code ^ sign) - static_cast<std::int32_t>(sign));
}

// Walks over a block once and finds codes many times: the address generation of rtl/core/ampa_operand_fetch.v.
class Finder {
 public:
  Finder(const OperandWords& words, const OperandHalf& half)
      : words_(words),
        half_(half),
        last_bit_(static_cast<std::uint32_t>(half.bytes.size()) * 8 - words.storage_bits),
        gap_mask_((1u << words.dilation_log2) - 1),
        zero_(code_of(words.zero_code, words)) {}

  // False if the element lies behind what was loaded.
  bool find(const WalkerItem& row, const WalkerItem& depth, std::int16_t& code) const {
    const std::uint32_t y = row.gy + depth.gy + half_.gy0, x = row.gx + depth.gx + words_.gx0;
    code = zero_;
    if (y >= words_.height || x >= words_.width || ((y | x) & gap_mask_) != 0) return true;
    const std::uint32_t element = ((row.s + depth.s + half_.s_offset) >> words_.dilation_log2) + row.p + depth.p;
    const std::uint32_t bit = element * words_.storage_bits + static_cast<std::uint32_t>(half_.first_bit);
    if (bit > last_bit_) return false;
    const std::size_t byte = bit / 8;
    const std::uint32_t low = half_.bytes[byte], high = byte + 1 < half_.bytes.size() ? half_.bytes[byte + 1] : 0u;
    code = code_of((low | high << 8) >> (bit % 8), words_);
    return true;
  }

 private:
  const OperandWords& words_;
  const OperandHalf& half_;
  std::uint32_t last_bit_, gap_mask_;
  std::int16_t zero_;
};

}  // namespace

void StepSums::walk(const StepBlock& block, std::int64_t depth, Block& to) {
  to.of = block;
  to.of.words->rows.list(static_cast<std::size_t>(block.first_row + block.rows), block.words->row_items, to.rows);
  to.of.words->depths.list(static_cast<std::size_t>(depth), block.words->depth_items, to.depths);
}

bool StepSums::decode(Block& block, std::int64_t first_row, std::int64_t num_rows) {
  const Finder finder(*block.of.words, *block.of.half);
  block.codes.resize(static_cast<std::size_t>(num_rows) * block.depths.size());
  std::int16_t* out = block.codes.data();
  for (std::int64_t row = first_row; row < first_row + num_rows; ++row)
    for (const WalkerItem& depth : block.depths)
      if (!finder.find(block.rows[static_cast<std::size_t>(block.of.first_row + row)], depth, *out++)) return false;
  return true;
}

rtl::CoreError StepSums::add(const StepBlock& a, const StepBlock& b, std::int64_t depth,
                             std::vector<std::int64_t>& sums) {
  const bool a_is_few = a.rows < b.rows;
  walk(a_is_few ? a : b, depth, few_);
  walk(a_is_few ? b : a, depth, many_);
  if (!decode(few_, 0, few_.of.rows)) return rtl::CoreError::kLimits;
  for (std::int64_t i = 0; i < many_.of.rows; ++i) {
    if (!decode(many_, i, 1)) return rtl::CoreError::kLimits;
    const std::int16_t* x = many_.codes.data();
    for (std::int64_t j = 0; j < few_.of.rows; ++j) {
      const std::int16_t* y = few_.codes.data() + j * depth;
      std::int64_t sum = 0;
      for (std::int64_t k = 0; k < depth; ++k) sum += x[k] * y[k];
      if (sum < INT32_MIN || sum > INT32_MAX) return rtl::CoreError::kOverflow;
      sums[static_cast<std::size_t>(a_is_few ? j * b.rows + i : i * b.rows + j)] += sum;
    }
  }
  return rtl::CoreError::kNone;
}

}  // namespace ampa::tlm
