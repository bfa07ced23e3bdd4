// Hardware points side by side: what they do per cycle, what they occupy, and what a training step costs on them.
#pragma once

#include <string>
#include <vector>

#include "cost/area.h"
#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

// Products of kw-bit weights (signed; of 1 bit two-level) and ka-bit activations (unsigned) while the array computes.
struct ModeRate {
  Bits kw = 8, ka = 8;
  double macs_per_cycle = 0;  // of the whole array
  double utilisation = 0;     // share of its multipliers at work, 0 .. 1
};

// A training step's quantized jobs under some widths.
struct StepCost {
  std::string widths;          // "int8", "int4", or the scheme of the record
  double cycles_per_step = 0;  // of the record: the mean over its steps
};

struct PointComparison {
  timing::HardwarePoint point;
  PointArea area;
  double pe_mhz = 0;            // cost::pre_layout_mhz of its processing element
  std::vector<ModeRate> modes;  // every kw and ka of 1 .. 8 that it runs, kw in the outer loop
  std::vector<StepCost> steps;  // int8, int4, the record's own
};

PointComparison compare_point(const timing::HardwarePoint& point, const record::RunRecord& record,
                              const std::string& source);

// Logic occupied times the time that it is occupied for one step, at `clock_mhz`: LUTs * cycles / clock. What synthesis
// without DSP slices counts, so that points with and without multipliers in logic compare.
double lut_seconds(const PointComparison& comparison, const StepCost& step, double clock_mhz);

// {"point", "area", "pe_pre_layout_mhz", "modes", "steps"}: LUT-seconds at `clock_mhz` for all, and at the point's
// pe_mhz.
Json to_json(const PointComparison& comparison, double clock_mhz);

}  // namespace ampa::cost
