#include "gemm/job_geometry.h"

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

JobGeometry geometry_of(const GemmJob& job) {
  return {geometry_of(job.a), geometry_of(job.b)};
}

}  // namespace ampa::gemm
