#include "verify/point_space.h"

#include <fmt/format.h>

#include <utility>

#include "common/ceil_div.h"
#include "timing/tile_cycles.h"

namespace ampa::verify {

PointSpace::PointSpace(const timing::HardwarePoint& point) : point_(point) {
  for (Bits bits = kMinOperandBits; bits <= kMaxBits; ++bits)
    for (const bool is_signed : {false, true})
      if (timing::is_supported(point.pe, {bits, is_signed})) formats_.push_back({bits, is_signed});
}

Extents PointSpace::extents(const gemm::JobShape& job) const {
  const gemm::JobShape shape = timing::array_shape(point_, job);
  const std::int64_t products = macs(shape.a, shape.b), slices = ceil_div(shape.k, products);
  Extents extents{shape.m, shape.n, slices, shape.k - (slices - 1) * products};
  if (is_weight_stationary()) std::swap(extents.rows, extents.stream);
  return extents;
}

gemm::JobShape PointSpace::shape(const Extents& extents, CodeFormat a, CodeFormat b) const {
  std::int64_t m = extents.rows, slices = extents.stream;
  if (is_weight_stationary()) std::swap(m, slices);
  std::int64_t n = extents.cols;
  if (timing::is_transposed(point_.pe, a, b)) std::swap(m, n);
  return {m, n, (slices - 1) * macs(a, b) + extents.last_products, a, b};
}

std::string to_string(CodeFormat format) {
  if (format.is_two_level()) return "two-level";
  return fmt::format("{}{}", format.is_signed ? 's' : 'u', format.bits);
}

std::int32_t smallest_code(CodeFormat format) {
  return format.is_two_level() ? 1 : 0;
}

bool holds(CodeFormat format, std::int32_t code) {
  if (format.is_two_level()) return code == -1 || code == 1;
  return code >= format.min_code() && code <= format.max_code();
}

}  // namespace ampa::verify
