// The integer formats of operands: which widths there are and which codes each width holds.
#pragma once

#include <cstdint>

namespace ampa {

// A width in bits.
using Bits = int;

constexpr Bits kMinBits = 2;
constexpr Bits kMaxBits = 8;

// The three kinds of tensor that a training step quantizes, each with a width of its own.
enum class OperandKind { kWeight, kActivation, kGradient };

// How the codes of an operand are written: two's complement, or unsigned. Carried one code a byte.
struct CodeFormat {
  Bits bits = 8;           // kMinBits .. kMaxBits
  bool is_signed = true;

  constexpr std::int32_t min_code() const { return is_signed ? -(1 << (bits - 1)) : 0; }
  constexpr std::int32_t max_code() const { return is_signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1; }
  // The largest magnitude that any code of the format has.
  constexpr std::int32_t max_magnitude() const { return is_signed ? 1 << (bits - 1) : (1 << bits) - 1; }

  friend constexpr bool operator==(CodeFormat a, CodeFormat b) { return a.bits == b.bits && a.is_signed == b.is_signed; }
  friend constexpr bool operator!=(CodeFormat a, CodeFormat b) { return !(a == b); }
};

}  // namespace ampa
