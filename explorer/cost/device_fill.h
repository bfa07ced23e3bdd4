// A whole device filled with arrays: the best mixture of kinds and sizes.
#pragma once

#include <vector>

#include "cost/area.h"
#include "cost/mac_rates.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

// What there is to fill. LUTs are counted as cells, or as sites: cells and carry bits whose LUT is a route-through.
enum class LutCount { kCells, kSites };
struct Budget {
  double lut = 0, dsp48e1 = 0, bram36 = 0;
};

// All of a device but its LUTs, of which a share.
Budget budget_of(const Device& device, double lut_percent);

// The 36-kbit block RAMs that hold and deliver an array's operands: each reads 64 bits a cycle while as many are
// written.
double bram36_of(const timing::HardwarePoint& point);

// An array, what it is worth, its MACs per cycle (mix_rate, run_rate), and what it takes of a device beside block RAMs
// (area_of: with DSPs).
struct Unit {
  timing::HardwarePoint point;
  double rate = 0;
  CellCounts area;
};

// Arrays of one point in a device; a fraction stands for an array of fewer rows.
struct Fill {
  Unit unit;
  double count = 0;
};

// The counts, zero for some, with which the rates add up to most within the budget: the optimum of a linear program
// with three constraints, so at most three are not zero. It is looked for in all corners in the order of `units`, the
// first of equal ones is taken. Every array runs its part of every job.
std::vector<Fill> fill_device(const std::vector<Unit>& units, const Budget& budget, LutCount count);

double rate_of(const std::vector<Fill>& fills);
double pair_rate(const std::vector<Fill>& fills, Bits narrow, Bits wide);
Budget used(const std::vector<Fill>& fills, LutCount count);

}  // namespace ampa::cost
