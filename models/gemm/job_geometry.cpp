#include "gemm/job_geometry.h"

#include <algorithm>
#include <tuple>

namespace ampa::gemm {

namespace {

auto fields(const OperandGeometry& g) {
  return std::make_tuple(g.format.bits, g.format.is_signed, g.zero_point, g.images, g.height, g.width, g.channels,
                         g.dilation.y, g.dilation.x, g.kernel_height, g.kernel_width, g.stride.y, g.stride.x,
                         g.out_height, g.out_width, g.offset_y, g.offset_x, g.transposed, g.window_dilation.y,
                         g.window_dilation.x, g.image_windows, g.channel_windows);
}

}  // namespace

bool operator==(const OperandGeometry& x, const OperandGeometry& y) {
  return fields(x) == fields(y);
}

bool operator<(const OperandGeometry& x, const OperandGeometry& y) {
  return fields(x) < fields(y);
}

OperandGeometry geometry_of(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  OperandGeometry g;
  g.format = tensor.format;
  g.zero_point = tensor.zero_point;
  g.image_windows = operand.num_image_windows();
  g.channel_windows = operand.num_channel_windows();
  g.images = operand.num_images() * g.image_windows;
  g.height = tensor.height;
  g.width = tensor.width;
  g.channels = operand.num_channels() * g.channel_windows;
  g.dilation = tensor.dilation;
  g.kernel_height = operand.kernel_height;
  g.kernel_width = operand.kernel_width;
  g.stride = operand.stride;
  g.out_height = operand.out_height;
  g.out_width = operand.out_width;
  g.offset_y = operand.origin_y - tensor.border_top;
  g.offset_x = operand.origin_x - tensor.border_left;
  g.transposed = operand.transposed;
  g.window_dilation = operand.dilation;
  return g;
}

Operand operand_on(const OperandGeometry& g, const CodeTensor& tensor) {
  const auto windows = [](std::int64_t all, std::int64_t count) {
    return count == 1 ? BatchWindow{} : BatchWindow{0, all / count, count};
  };
  Operand operand;
  operand.tensor = &tensor;
  operand.kernel_height = g.kernel_height;
  operand.kernel_width = g.kernel_width;
  operand.stride = g.stride;
  operand.out_height = g.out_height;
  operand.out_width = g.out_width;
  operand.origin_y = tensor.border_top + g.offset_y;
  operand.origin_x = tensor.border_left + g.offset_x;
  operand.transposed = g.transposed;
  operand.dilation = g.window_dilation;
  operand.images = windows(g.images, g.image_windows);
  operand.channels = windows(g.channels, g.channel_windows);
  return operand;
}

Operand make_operand(const OperandGeometry& g, CodeTensor& tensor) {
  const auto extent = [](std::int64_t border, std::int64_t size, std::int64_t dilation, std::int64_t window_end) {
    return std::max(border + (size - 1) * dilation + 1, window_end);
  };
  const std::int64_t top = std::max<std::int64_t>(0, -g.offset_y), left = std::max<std::int64_t>(0, -g.offset_x);
  const std::int64_t end_y =
      top + g.offset_y + (g.out_height - 1) * g.stride.y + window_extent(g.kernel_height, g.window_dilation.y);
  const std::int64_t end_x =
      left + g.offset_x + (g.out_width - 1) * g.stride.x + window_extent(g.kernel_width, g.window_dilation.x);
  resize_on_grid(tensor, g.format, g.zero_point, g.images, g.height, g.width, g.channels,
                 extent(top, g.height, g.dilation.y, end_y), extent(left, g.width, g.dilation.x, end_x), top, left,
                 g.dilation);
  return operand_on(g, tensor);
}

JobGeometry geometry_of(const GemmJob& job) {
  return {geometry_of(job.a), geometry_of(job.b)};
}

}  // namespace ampa::gemm
