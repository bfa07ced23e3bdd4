#include "timing/pe_formats.h"

#include <algorithm>

#include "timing/fused_formats.h"

namespace ampa::timing {
namespace {

int one(CodeFormat) {
  return 1;
}
int one_product(CodeFormat, CodeFormat) {
  return 1;
}
int eight(CodeFormat) {
  return 8;
}
int own_bits(CodeFormat format) {
  return format.bits;
}
double share_of_bits(CodeFormat a, CodeFormat b) {
  return static_cast<double>(a.bits * b.bits) / (kMaxBits * kMaxBits);
}

int fused_macs_of(CodeFormat a, CodeFormat b) {
  return fused_macs(width_code(a.bits), width_code(b.bits));
}
int fused_container(CodeFormat format) {
  return container_bits(width_code(format.bits));
}
int fused_mode(CodeFormat format) {
  return mode_bits(width_code(format.bits));
}
double share_of_bricks(CodeFormat a, CodeFormat b) {
  return bricks_used(width_code(a.bits), width_code(b.bits)) / 16.0;
}

int all_lanes(CodeFormat, CodeFormat) {
  return kLanes;
}
int eight_lanes(CodeFormat, CodeFormat) {
  return 8;
}

double all_of_it(CodeFormat, CodeFormat) {
  return 1;
}

int num_digits(CodeFormat format) {
  return std::max(2, (format.bits + 1) / 2);
}
double share_of_digits(CodeFormat a, CodeFormat b) {
  return static_cast<double>(a.bits * b.bits) / (2 * std::min(num_digits(a), num_digits(b)) * kMaxBits);
}

bool is_narrow(CodeFormat a, CodeFormat b) {
  return a.bits <= 4 && b.bits <= 4;
}
double share_of_fields(CodeFormat a, CodeFormat b) {
  return share_of_bits(a, b) * (is_narrow(a, b) ? 4 : 1);
}

}  // namespace

const std::vector<PeFormats>& all_pe_formats() {
  static const std::vector<PeFormats> table{
      {"int8", 1, false, false, one_product, eight, own_bits, one, share_of_bits},
      {"fused", 2, false, true, fused_macs_of, fused_container, fused_mode, one, share_of_bricks},
      {"serial", 1, true, false, all_lanes, one, one, own_bits, all_of_it},
      {"mul8", 1, false, false, one_product, eight, eight, one, share_of_bits, true, {1, 1, 2, 0}},
      {"par8", 1, false, false, all_lanes, eight, eight, one, share_of_bits, true, {8, 8, 8, 0}},
      {"r4s", 1, false, false, all_lanes, eight, eight, num_digits, share_of_digits, true, {4, 8, 6, 2}},
      {"bricks", 2, false, false, fused_macs_of, fused_container, fused_mode, one, share_of_bricks, true, {1, 1, 2, 0}},
      {"pack2", 1, false, false, eight_lanes, eight, eight, one, share_of_fields, true, {2, 2, 5, 0, 2, 2, 1023}},
      {"int8p", 1, false, false, eight_lanes, eight, eight, one, share_of_bits, true, {2, 2, 5, 0, 2, 1, 1023}},
  };
  return table;
}

const PeFormats& pe_formats(Pe pe) {
  return all_pe_formats()[static_cast<std::size_t>(pe)];
}

bool is_supported(Pe pe, CodeFormat format) {
  const PeFormats& formats = pe_formats(pe);
  if (format.is_two_level()) return formats.has_two_level;
  return format.bits >= formats.min_bits && format.bits <= kMaxBits;
}

int num_planes(Pe pe, CodeFormat format, Side side) {
  const PeFormats& formats = pe_formats(pe);
  return formats.has_digits() && side == Side::kB ? 1 : formats.planes(format);
}

// A digit is three bits of its operand.
int container_bits(Pe pe, CodeFormat format, Side side) {
  const PeFormats& formats = pe_formats(pe);
  return formats.has_digits() && side == Side::kA ? 4 : formats.container_bits(format);
}

int num_words(Pe pe, Side side) {
  const GridElement& grid = pe_formats(pe).grid;
  return side == Side::kA ? grid.a_words : grid.b_words;
}

bool has_column_pairs(Pe pe, CodeFormat a, CodeFormat b) {
  return pe_formats(pe).grid.cols_each == 2 && is_narrow(a, b);
}

bool is_transposed(Pe pe, CodeFormat a, CodeFormat b) {
  return pe_formats(pe).has_digits() && num_digits(b) < num_digits(a);
}

}  // namespace ampa::timing
