#include "timing/pe_formats.h"

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
double all_of_it(CodeFormat, CodeFormat) {
  return 1;
}

}  // namespace

const std::vector<PeFormats>& all_pe_formats() {
  static const std::vector<PeFormats> table{
      {"int8", 1, false, false, one_product, eight, own_bits, one, share_of_bits},
      {"fused", 2, false, true, fused_macs_of, fused_container, fused_mode, one, share_of_bricks},
      {"serial", 1, true, false, all_lanes, one, one, own_bits, all_of_it},
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

}  // namespace ampa::timing
