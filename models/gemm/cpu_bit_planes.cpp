#include "gemm/cpu_bit_planes.h"

namespace ampa::gemm::cpu {

std::vector<BitPlane> bit_planes(CodeFormat format) {
  if (format.is_two_level()) return {{{2, true}, 2}};  // bit 1 is set in FF, which is -1, and not in 01
  std::vector<BitPlane> planes;
  for (int p = 0; p < format.bits; ++p) {
    const bool is_sign = format.is_signed && p == format.bits - 1;
    planes.push_back({{static_cast<std::uint8_t>(1 << p), false}, is_sign ? -(1 << p) : 1 << p});
  }
  return planes;
}

}  // namespace ampa::gemm::cpu
