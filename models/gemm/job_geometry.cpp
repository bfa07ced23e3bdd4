#include "gemm/job_geometry.h"

#include <algorithm>
#include <tuple>

namespace ampa::gemm {

bool operator==(const OperandGeometry& x, const OperandGeometry& y) {
  const auto fields = [](const OperandGeometry& g) {
    return std::make_tuple(g.format.bits, g.format.is_signed, g.zero_point, g.images, g.height, g.width, g.channels,
                           g.dilation, g.kernel_height, g.kernel_width, g.stride, g.out_height, g.out_width, g.offset_y,
                           g.offset_x, g.transposed);
  };
  return fields(x) == fields(y);
}

OperandGeometry geometry_of(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  return {tensor.format,
          tensor.zero_point,
          tensor.images,
          tensor.height,
          tensor.width,
          tensor.channels,
          tensor.dilation,
          operand.kernel_height,
          operand.kernel_width,
          operand.stride,
          operand.out_height,
          operand.out_width,
          operand.origin_y - tensor.border_top,
          operand.origin_x - tensor.border_left,
          operand.transposed};
}

Operand make_operand(const OperandGeometry& g, CodeTensor& tensor) {
  const std::int64_t top = std::max<std::int64_t>(0, -g.offset_y), left = std::max<std::int64_t>(0, -g.offset_x);
  const auto extent = [](std::int64_t border, std::int64_t size, std::int64_t dilation, std::int64_t window_end) {
    return std::max(border + (size - 1) * dilation + 1, window_end);
  };
  const std::int64_t origin_y = g.offset_y + top, origin_x = g.offset_x + left;
  const std::int64_t end_y = origin_y + (g.out_height - 1) * g.stride + g.kernel_height;
  const std::int64_t end_x = origin_x + (g.out_width - 1) * g.stride + g.kernel_width;
  resize_on_grid(tensor, g.format, g.zero_point, g.images, g.height, g.width, g.channels,
                 extent(top, g.height, g.dilation, end_y), extent(left, g.width, g.dilation, end_x), top, left,
                 g.dilation);
  return {&tensor,     g.kernel_height, g.kernel_width, g.stride,    g.out_height,
          g.out_width, origin_y,        origin_x,       g.transposed};
}

JobGeometry geometry_of(const GemmJob& job) {
  return {geometry_of(job.a), geometry_of(job.b)};
}

}  // namespace ampa::gemm
