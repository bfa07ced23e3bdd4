// The C++ twin of rtl/common/ampa_formats.v: what a pair of widths means to a processing element of 4 x 4 two-bit
// bricks.
#pragma once

#include <cstdint>

#include "numerics/formats.h"

namespace ampa::timing {

constexpr int kNumWidthCodes = 4;

// The mode that runs an operand: code w stands for 2 * (w + 1) bits; odd widths run in the next even one.
constexpr int width_code(Bits bits) {
  return (bits + 1) / 2 - 1;
}
constexpr Bits mode_bits(int code) {
  return 2 * (code + 1);
}

// Operands side by side along one side of the bricks (4 slices of 2 bits).
constexpr int operands_per_side(int code) {
  return 4 / (code + 1);
}

// Bits that one operand occupies in a packed word.
constexpr int container_bits(int code) {
  return 8 / operands_per_side(code);
}

// Products per cycle of one processing element.
constexpr int fused_macs(int a_code, int b_code) {
  return operands_per_side(a_code) * operands_per_side(b_code);
}

// Bricks that are at work, of 16.
constexpr int bricks_used(int a_code, int b_code) {
  return fused_macs(a_code, b_code) * (a_code + 1) * (b_code + 1);
}

// Whether slice 0 .. 3 along a side is the top one of an operand.
constexpr bool is_top_slice(int code, int slice) {
  return slice / (code + 1) < operands_per_side(code) && slice % (code + 1) == code;
}

// Bit 2 * (4 * i + j) is set if brick (i, j) holds the top slice of a signed operand on the A (B) side.
constexpr std::uint32_t negative_mask(int code, bool is_signed, bool is_a) {
  std::uint32_t mask = 0;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      if (is_signed && is_top_slice(code, is_a ? i : j)) mask |= 1u << (2 * (4 * i + j));
  return mask;
}

}  // namespace ampa::timing
