#include "gemm/zero_point.h"

#include <algorithm>

namespace ampa::gemm {
namespace {

// How the codes of a patch lie: runs without gaps, `columns` of them in each row of the window.
struct PatchRuns {
  std::int64_t rows = 0, columns = 0, length = 0;
  std::int64_t row_step = 0, column_step = 0;
};

PatchRuns runs_of(const Operand& operand) {
  const std::int64_t channels = operand.tensor->channels;
  const bool joined = operand.reads_all_channels() && (operand.dilation.x == 1 || operand.kernel_width == 1);
  PatchRuns runs;
  runs.rows = operand.kernel_height;
  runs.columns = joined ? 1 : operand.kernel_width;
  runs.length = joined ? operand.kernel_width * channels : operand.num_channels();
  runs.row_step = operand.dilation.y * operand.tensor->grid_width * channels;
  runs.column_step = operand.dilation.x * channels;
  return runs;
}

// Adds the codes of one patch: into sums[0..patch_size) if transposed, else all into sums[0].
template <typename Code>
void add_patch(const PatchRuns& runs, bool transposed, const Code* patch, std::int32_t* sums) {
  for (std::int64_t y = 0; y < runs.rows; ++y, patch += runs.row_step)
    for (std::int64_t x = 0; x < runs.columns; ++x) {
      const Code* const run = patch + x * runs.column_step;
      if (transposed) {
        for (std::int64_t i = 0; i < runs.length; ++i) sums[i] += run[i];
        sums += runs.length;
      } else {
        for (std::int64_t i = 0; i < runs.length; ++i) sums[0] += run[i];
      }
    }
}

// Of one GEMM. Partial sums of one line of patches fit 32 bits.
void add_row_sums(const Operand& operand, std::int64_t* sums) {
  const CodeTensor& tensor = *operand.tensor;
  const PatchRuns runs = runs_of(operand);
  std::vector<std::int32_t> line(
      static_cast<std::size_t>(operand.transposed ? operand.patch_size() : operand.out_width));
  for (std::int64_t image = 0, row = 0; image < operand.num_images(); ++image)
    for (std::int64_t y = 0; y < operand.out_height; ++y, row += operand.out_width) {
      std::fill(line.begin(), line.end(), 0);
      for (std::int64_t x = 0; x < operand.out_width; ++x) {
        const std::uint8_t* patch =
            tensor.bytes.data() + operand.channels.first +
            tensor.grid_offset(operand.images.first + image, operand.origin_y + y * operand.stride.y,
                               operand.origin_x + x * operand.stride.x);
        std::int32_t* target = operand.transposed ? line.data() : line.data() + x;
        if (tensor.format.is_signed)
          add_patch(runs, operand.transposed, reinterpret_cast<const std::int8_t*>(patch), target);
        else
          add_patch(runs, operand.transposed, patch, target);
      }
      std::int64_t* target = operand.transposed ? sums : sums + row;
      for (std::size_t i = 0; i < line.size(); ++i) target[i] += line[i];
    }
}

}  // namespace

std::vector<std::int64_t> row_sums(const Operand& operand) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(operand.batch() * operand.rows()), 0);
  for (std::int64_t b = 0; b < operand.batch(); ++b) add_row_sums(operand.element(b), sums.data() + b * operand.rows());
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
