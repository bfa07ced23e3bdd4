#include "gemm/zero_point.h"

#include <algorithm>

namespace ampa::gemm {
namespace {

// Adds the codes of one patch: into sums[0..patch_size) if transposed, else all into sums[0].
template <typename Code>
void add_patch(const Operand& operand, const Code* patch, std::int32_t* sums) {
  const std::int64_t run = operand.kernel_width * operand.tensor->channels;
  const std::int64_t grid_row = operand.tensor->grid_width * operand.tensor->channels;
  for (std::int64_t y = 0; y < operand.kernel_height; ++y, patch += grid_row) {
    if (operand.transposed) {
      for (std::int64_t i = 0; i < run; ++i) sums[i] += patch[i];
      sums += run;
    } else {
      for (std::int64_t i = 0; i < run; ++i) sums[0] += patch[i];
    }
  }
}

}  // namespace

// Partial sums of one line of patches fit 32 bits.
std::vector<std::int64_t> row_sums(const Operand& operand) {
  const CodeTensor& tensor = *operand.tensor;
  std::vector<std::int64_t> sums(static_cast<std::size_t>(operand.rows()), 0);
  std::vector<std::int32_t> line(
      static_cast<std::size_t>(operand.transposed ? operand.patch_size() : operand.out_width));
  for (std::int64_t image = 0, row = 0; image < tensor.images; ++image)
    for (std::int64_t y = 0; y < operand.out_height; ++y, row += operand.out_width) {
      std::fill(line.begin(), line.end(), 0);
      for (std::int64_t x = 0; x < operand.out_width; ++x) {
        const std::uint8_t* patch =
            tensor.bytes.data() +
            tensor.grid_offset(image, operand.origin_y + y * operand.stride, operand.origin_x + x * operand.stride);
        std::int32_t* target = operand.transposed ? line.data() : line.data() + x;
        if (tensor.format.is_signed)
          add_patch(operand, reinterpret_cast<const std::int8_t*>(patch), target);
        else
          add_patch(operand, patch, target);
      }
      std::int64_t* target = operand.transposed ? sums.data() : sums.data() + row;
      for (std::size_t i = 0; i < line.size(); ++i) target[i] += line[i];
    }
  return sums;
}

ZeroPointCorrection zero_point_correction(const GemmJob& job) {
  ZeroPointCorrection correction;
  const std::int64_t za = job.a.zero_point(), zb = job.b.zero_point();
  if (zb != 0) {
    correction.row = row_sums(job.a);
    for (std::int64_t& value : correction.row) value *= zb;
  }
  if (za != 0) {
    correction.col = row_sums(job.b);
    for (std::int64_t& value : correction.col) value = za * (value - job.k() * zb);
  }
  return correction;
}

}  // namespace ampa::gemm
