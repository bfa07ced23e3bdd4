// The C++ twin of rtl/common/ampa_formats.v, rtl/grid/ampa_element_table.vh and rtl/packed/ampa_packed_table.vh: what
// operand formats mean to each processing element.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "numerics/formats.h"

namespace ampa::timing {

// In the order of rtl/pe/ampa_pe_table.vh, then of rtl/grid/ampa_element_table.vh, then of
// rtl/packed/ampa_packed_table.vh.
enum class Pe { kInt8, kFused, kSerial, kMul8, kPar8, kR4s, kBricks, kPack2, kInt8p };

enum class Side { kA, kB };

// Products per packed word of a serial processing element: as many as a word has bits.
constexpr int kLanes = 32;

// As rtl/pe/ampa_operand_kinds.vh numbers them.
constexpr int operand_kind(CodeFormat format) {
  return format.is_two_level() ? 2 : format.is_signed ? 1 : 0;
}

// What an element of a grid (rtl/grid, rtl/packed) has and the others have not.
struct GridElement {
  int a_words = 1, b_words = 1;  // 32-bit words that a row and a column take a cycle
  int stages = 0;                // registers between operands and sum
  int pair_passes = 0;           // 2: A comes as radix-4 digits, the top one first, in at least so many passes
  int rows_each = 1;             // rows of an element
  int cols_each = 1;             // columns of an element; 2: with operands of at most 4 bits, else one
  std::int64_t max_steps = 0;    // of a tile; 0: as many as a sum of 32 bits takes
};

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
  bool is_grid = false;  // an element of rtl/grid or rtl/packed: output stationary, does not stand in a core
  GridElement grid = {};

  bool has_digits() const { return grid.pair_passes > 0; }
};

// In the order of Pe.
const std::vector<PeFormats>& all_pe_formats();
const PeFormats& pe_formats(Pe pe);

bool is_supported(Pe pe, CodeFormat format);

// Of an operand on a side of the array: in how many words it comes one after the other (bit-planes, digits), the bits
// that it occupies in each, and the 32-bit words that a packed word has.
int num_planes(Pe pe, CodeFormat format, Side side);
int container_bits(Pe pe, CodeFormat format, Side side);
int num_words(Pe pe, Side side);

// Whether an element holds two columns of operands of these formats. If not, one that could leaves half the columns of
// its array without use.
bool has_column_pairs(Pe pe, CodeFormat a, CodeFormat b);

// Whether a job runs as its transpose, B times A: where A comes as digits and B has fewer of them.
bool is_transposed(Pe pe, CodeFormat a, CodeFormat b);

}  // namespace ampa::timing
