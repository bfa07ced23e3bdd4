#include "verify/point_space.h"

#include <fmt/format.h>

namespace ampa::systemc {

PointSpace::PointSpace(const timing::HardwarePoint& point) : point_(point) {
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    for (const bool is_signed : {false, true}) formats_.push_back({bits, is_signed});
}

Extents PointSpace::extents(const gemm::JobShape& shape) const {
  return {shape.m, shape.n, shape.k};
}

gemm::JobShape PointSpace::shape(const Extents& extents, CodeFormat a, CodeFormat b) const {
  return {extents.rows, extents.cols, extents.stream, a, b};
}

std::string to_string(CodeFormat format) {
  return fmt::format("{}{}", format.is_signed ? 's' : 'u', format.bits);
}

std::int32_t smallest_code(CodeFormat) {
  return 0;
}

bool holds(CodeFormat format, std::int32_t code) {
  return code >= format.min_code() && code <= format.max_code();
}

}  // namespace ampa::systemc
