#include "tlm_platform/step_sums.h"

namespace ampa::systemc {
namespace {

// The code that `bits` bits are.
std::int16_t code_of(std::uint32_t value, Bits bits, bool is_signed) {
  const std::uint32_t code = value & ((1u << bits) - 1), sign = is_signed ? 1u << (bits - 1) : 0;
  return static_cast<std::int16_t>(static_cast<std::int32_t>(code ^ sign) - static_cast<std::int32_t>(sign));
}

}  // namespace

bool StepSums::decode(const StepBlock& block, std::int64_t depth, std::vector<std::int16_t>& codes) {
  const OperandWords& words = *block.words;
  const OperandHalf& half = *block.half;
  const Bits bits = words.storage_bits;
  const bool is_signed = words.format.is_signed;
  const std::int16_t zero = code_of(words.zero_code, 8, is_signed);
  const std::int64_t gap_mask = (std::int64_t{1} << words.dilation_log2) - 1;
  const std::int64_t last_bit = static_cast<std::int64_t>(half.bytes.size()) * 8 - bits;
  depths_.resize(static_cast<std::size_t>(depth));
  for (std::int64_t k = 0; k < depth; ++k) depths_[static_cast<std::size_t>(k)] = words.depths.at(k);
  codes.resize(static_cast<std::size_t>(block.rows * depth));
  std::int16_t* out = codes.data();
  for (std::int64_t row = 0; row < block.rows; ++row) {
    Contribution origin = words.rows.at(block.first_row + row);
    origin.gy += half.gy0;
    origin.gx += words.gx0;
    origin.s += half.s_offset;
    for (const Contribution& at : depths_) {
      const std::int64_t y = origin.gy + at.gy, x = origin.gx + at.gx;
      const bool is_element = y >= 0 && y < words.height && x >= 0 && x < words.width && ((y | x) & gap_mask) == 0;
      if (!is_element) {
        *out++ = zero;
        continue;
      }
      const std::int64_t element = ((origin.s + at.s) >> words.dilation_log2) + origin.p + at.p;
      const std::int64_t bit = half.first_bit + element * bits;
      if (bit < 0 || bit > last_bit) return false;
      const auto byte = static_cast<std::size_t>(bit / 8);
      const std::uint32_t low = half.bytes[byte];
      const std::uint32_t high = byte + 1 < half.bytes.size() ? half.bytes[byte + 1] : 0u;
      *out++ = code_of((low | high << 8) >> (bit % 8), bits, is_signed);
    }
  }
  return true;
}

CoreError StepSums::add(const StepBlock& a, const StepBlock& b, std::int64_t depth, std::vector<std::int64_t>& sums) {
  if (!decode(a, depth, a_) || !decode(b, depth, b_)) return CoreError::kLimits;
  for (std::int64_t row = 0; row < a.rows; ++row) {
    const std::int16_t* x = a_.data() + row * depth;
    for (std::int64_t col = 0; col < b.rows; ++col) {
      const std::int16_t* y = b_.data() + col * depth;
      std::int64_t sum = 0;
      for (std::int64_t k = 0; k < depth; ++k) sum += x[k] * y[k];
      if (sum < INT32_MIN || sum > INT32_MAX) return CoreError::kOverflow;
      sums[static_cast<std::size_t>(row * b.rows + col)] += sum;
    }
  }
  return CoreError::kNone;
}

}  // namespace ampa::systemc
