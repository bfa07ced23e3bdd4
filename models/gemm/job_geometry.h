// Where the codes of a job's operands come from: a GemmJob without its data.
#pragma once

#include <cstdint>

#include "gemm/gemm_job.h"

namespace ampa::gemm {

// An Operand whose tensor is known by its shape only. Row (image, y, x) holds at depth (ky, kx, c) the code of position
// (offset_y + y * stride.y + ky * window_dilation.y, offset_x + x * stride.x + kx * window_dilation.x) of the dilated
// grid, where tensor position (v, u) lies at (v * dilation.y, u * dilation.x); positions of the grid that are no tensor
// position hold the zero point. Transposed, rows and depth change places. The GEMMs of a batch read equal shares of the
// images and of the channels.
struct OperandGeometry {
  CodeFormat format;
  std::int32_t zero_point = 0;
  std::int64_t images = 1, height = 1, width = 1, channels = 1;
  YX dilation = 1;
  std::int64_t kernel_height = 1, kernel_width = 1;
  YX stride = 1;
  std::int64_t out_height = 1, out_width = 1;
  std::int64_t offset_y = 0, offset_x = 0;
  bool transposed = false;
  YX window_dilation = 1;
  std::int64_t image_windows = 1, channel_windows = 1;

  std::int64_t batch() const { return image_windows * channel_windows; }
  std::int64_t num_patches() const { return images / image_windows * out_height * out_width; }
  std::int64_t patch_size() const { return kernel_height * kernel_width * (channels / channel_windows); }
  std::int64_t rows() const { return transposed ? patch_size() : num_patches(); }
  std::int64_t depth() const { return transposed ? num_patches() : patch_size(); }
  std::int64_t num_codes() const { return images * height * width * channels; }
  friend bool operator==(const OperandGeometry& x, const OperandGeometry& y);
  friend bool operator<(const OperandGeometry& x, const OperandGeometry& y);  // some order, for keys
};

struct JobGeometry {
  OperandGeometry a, b;

  JobShape shape() const { return {a.rows(), b.rows(), a.depth(), a.format, b.format, a.batch()}; }
  friend bool operator==(const JobGeometry& x, const JobGeometry& y) { return x.a == y.a && x.b == y.b; }
  friend bool operator<(const JobGeometry& x, const JobGeometry& y) { return x.a < y.a || (x.a == y.a && x.b < y.b); }
};

OperandGeometry geometry_of(const Operand& operand);

// An operand of that geometry over a tensor of its shape, on whatever grid that lies.
Operand operand_on(const OperandGeometry& geometry, const CodeTensor& tensor);

// An operand of that geometry on a grid that just holds its windows. Gives `tensor`, which must outlive the operand,
// its shape; its codes are undefined until they are written.
Operand make_operand(const OperandGeometry& geometry, CodeTensor& tensor);

JobGeometry geometry_of(const GemmJob& job);

}  // namespace ampa::gemm
