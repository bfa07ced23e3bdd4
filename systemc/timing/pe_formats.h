// The C++ twin of rtl/common/ampa_formats.v: what operand formats mean to each processing element.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "numerics/formats.h"

namespace ampa::timing {

// In the order of rtl/pe/ampa_pe_table.vh.
enum class Pe { kInt8, kFused, kSerial };

// Products per packed word of a serial processing element: as many as a word has bits.
constexpr int kLanes = 32;

// As rtl/pe/ampa_operand_kinds.vh numbers them.
constexpr int operand_kind(CodeFormat format) {
  return format.is_two_level() ? 2 : format.is_signed ? 1 : 0;
}

struct PeFormats {
  std::string_view name;
  Bits min_bits;                             // of unsigned and two's complement codes; kMaxBits are the most
  bool has_two_level;                        // runs signed codes of one bit
  bool has_fast_form;                        // has a form that simulates fast
  int (*macs)(CodeFormat a, CodeFormat b);   // products per pair of packed words, of one plane each
  int (*container_bits)(CodeFormat format);  // bits that an operand occupies in a packed word
  int (*mode_bits)(CodeFormat format);       // of them those that count
  int (*planes)(CodeFormat format);          // words in which an operand comes, one per bit-plane
  // The share of the multiplier that is at work: of 1-bit products, of bricks.
  double (*utilisation)(CodeFormat a, CodeFormat b);
};

// In the order of Pe.
const std::vector<PeFormats>& all_pe_formats();
const PeFormats& pe_formats(Pe pe);

bool is_supported(Pe pe, CodeFormat format);

}  // namespace ampa::timing
