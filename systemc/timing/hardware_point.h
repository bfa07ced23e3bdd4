// A hardware point: which array, and of what size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm/backend.h"

namespace ampa::timing {

enum class ArrayKind { kFused };  // output-stationary array of 2-bit-brick processing elements

struct HardwarePoint {
  std::string name;  // "fused-16x16"
  ArrayKind kind = ArrayKind::kFused;
  std::int64_t rows = 16, cols = 16;
  bool verilated = false;  // has an RTL model in this build
};

// The points of rtl/design_points.json, in its order.
const std::vector<HardwarePoint>& design_points();

// A design point by name, or any other size as KIND-ROWSxCOLS (1..1024 each), which has no RTL model. Throws InputError
// naming the valid forms.
HardwarePoint point_from_string(const std::string& name);

// The multiply-accumulates that one processing element of the point does per cycle for operands of these formats.
std::int64_t macs_per_cycle(const HardwarePoint& point, CodeFormat a, CodeFormat b);

// The cycles that the point needs for a job, all K parts included: the closed form that the RTL's counters equal.
gemm::JobCycles job_cycles(const HardwarePoint& point, const gemm::JobShape& shape);

}  // namespace ampa::timing
