// What a hardware point can be asked to do: its operand formats and the sizes that matter to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm/gemm_job.h"
#include "timing/hardware_point.h"

namespace ampa::verify {

// Sizes of a job as the array meets them: along its rows, along its columns, and in time. A slice is what a packed word
// holds of K.
//   output stationary   rows: M             cols: N   stream: slices of K
//   weight stationary   rows: slices of K   cols: N   stream: M
struct Extents {
  std::int64_t rows = 1, cols = 1, stream = 1;
  std::int64_t last_products = 1;  // of the last slice, 1 .. macs
};

class PointSpace {
 public:
  explicit PointSpace(const timing::HardwarePoint& point);

  const timing::HardwarePoint& point() const { return point_; }
  const std::vector<CodeFormat>& formats() const { return formats_; }  // that an operand may have

  Extents extents(const gemm::JobShape& shape) const;
  // A shape with these extents.
  gemm::JobShape shape(const Extents& extents, CodeFormat a, CodeFormat b) const;

  bool is_weight_stationary() const { return point_.dataflow == timing::Dataflow::kWeightStationary; }

  // Products in a slice.
  std::int64_t macs(CodeFormat a, CodeFormat b) const { return timing::pe_formats(point_.pe).macs(a, b); }

 private:
  timing::HardwarePoint point_;
  std::vector<CodeFormat> formats_;
};

std::string to_string(CodeFormat format);  // "s8", "u4", "two-level"

// The code of the format that is nearest to zero.
std::int32_t smallest_code(CodeFormat format);
bool holds(CodeFormat format, std::int32_t code);

}  // namespace ampa::verify
