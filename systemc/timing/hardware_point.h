// A hardware point: which array, and of what size.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm/backend.h"
#include "timing/pe_formats.h"

namespace ampa::timing {

enum class Dataflow { kOutputStationary, kWeightStationary };
enum class Form { kSynthesised, kFast };  // kFast: equal bits and cycles, simulates fast

struct HardwarePoint {
  std::string name;  // PE[-ws]-ROWSxCOLS[-fast]: "fused-16x16" is output stationary, "fused-ws-16x16" weight stationary
  Pe pe = Pe::kFused;
  Dataflow dataflow = Dataflow::kOutputStationary;
  Form form = Form::kSynthesised;
  std::int64_t rows = 16, cols = 16;
  bool verilated = false;  // has an RTL model in this build
};

// The name that its other members give a point.
std::string name_of(const HardwarePoint& point);

// The points of rtl/design_points.json, in its order.
const std::vector<HardwarePoint>& design_points();

// A design point by name, or any other size (1..1024 each), which has no RTL model. Throws InputError naming the valid
// forms.
HardwarePoint point_from_string(const std::string& name);

// Throws InputError naming the limit if the point's processing elements do not run operands of these formats.
void check_formats(const HardwarePoint& point, CodeFormat a, CodeFormat b);

// The multiply-accumulates that one processing element does per cycle, and the share of its multiplier that is at work
// then (fused: bricks of 16; int8: bits of 8 x 8). Both throw as check_formats does.
double macs_per_cycle(const HardwarePoint& point, CodeFormat a, CodeFormat b);
double utilisation(const HardwarePoint& point, CodeFormat a, CodeFormat b);

// The cycles that the point needs for a job, all K parts and the GEMMs of its batch, one after another, included: the
// closed form that the RTL's counters equal. Throws InputError as check_formats does, if the job has no extent, or if
// they leave 63 bits.
gemm::JobCycles job_cycles(const HardwarePoint& point, const gemm::JobShape& shape);

}  // namespace ampa::timing
