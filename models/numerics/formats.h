// The integer formats of operands: which widths there are and which codes each width holds.
#pragma once

#include <cstdint>

namespace ampa {

// A width in bits.
using Bits = int;

// Quantizers make codes of kMinBits .. kMaxBits; operands of a job may have kMinOperandBits.
constexpr Bits kMinOperandBits = 1;
constexpr Bits kMinBits = 2;
constexpr Bits kMaxBits = 8;

// The three kinds of tensor that a training step quantizes, each with a width of its own.
enum class OperandKind { kWeight, kActivation, kGradient };

// How the codes of an operand are written: two's complement, or unsigned. Carried one code a byte. A signed code of one
// bit has two levels, -1 and +1, carried as these bytes.
struct CodeFormat {
  Bits bits = 8;  // kMinOperandBits .. kMaxBits
  bool is_signed = true;

  constexpr std::int32_t min_code() const { return is_signed ? -(1 << (bits - 1)) : 0; }
  constexpr bool is_two_level() const { return is_signed && bits == 1; }
  constexpr std::int32_t max_code() const {
    return is_two_level() ? 1 : is_signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  }
  // All codes in ascending order: code_at(0) .. code_at(num_codes() - 1).
  constexpr std::int32_t num_codes() const { return 1 << bits; }
  constexpr std::int32_t code_at(std::int32_t index) const { return min_code() + (is_two_level() ? 2 * index : index); }
  // The largest magnitude that any code of the format has.
  constexpr std::int32_t max_magnitude() const { return is_signed ? 1 << (bits - 1) : (1 << bits) - 1; }

  friend constexpr bool operator==(CodeFormat a, CodeFormat b) {
    return a.bits == b.bits && a.is_signed == b.is_signed;
  }
  friend constexpr bool operator!=(CodeFormat a, CodeFormat b) { return !(a == b); }
};

}  // namespace ampa
