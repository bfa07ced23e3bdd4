// A whole device filled with arrays: the best mixture of kinds, what it does per cycle.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cost/area.h"
#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

// Widths of the two operands of a product, the narrower one first, and the share of a run's MACs that have them.
struct PairShare {
  Bits narrow = 8, wide = 8;
  double share = 0;  // all shares add up to 1
};

// The MAC-weighted pairs of all steps of a recorded run, by rising widths. Throws InputError naming `source` if the run
// has no quantized jobs.
std::vector<PairShare> mac_mix(const record::RunRecord& record, const std::string& source);

// What an array does per cycle while it computes, of signed operands: MACs of a pair, and of a mix whose pairs follow
// one another (the harmonic mean of the pairs' rates, weighted by MACs).
double pair_rate(const timing::HardwarePoint& point, Bits narrow, Bits wide);
double mix_rate(const timing::HardwarePoint& point, const std::vector<PairShare>& mix);

// What there is to fill. LUTs are counted as cells, or as sites: cells and carry bits whose LUT is a route-through.
enum class LutCount { kCells, kSites };
struct Budget {
  double lut = 0, dsp48e1 = 0, bram36 = 0;
};

// The 36-kbit block RAMs that hold and deliver an array's operands: each reads 64 bits a cycle while as many are
// written.
double bram36_of(const timing::HardwarePoint& point);

// Arrays of one point in a device; a fraction stands for an array of fewer rows.
struct Fill {
  timing::HardwarePoint point;
  double count = 0;
};

// The counts, zero for some, with which the mix runs at most MACs per cycle within the budget: the optimum of a linear
// program with three constraints, so at most three are not zero. Every array runs its part of every job. `points` must
// be synthesised grids (area_of).
std::vector<Fill> fill_device(const std::vector<timing::HardwarePoint>& points, const std::vector<PairShare>& mix,
                              const Budget& budget, LutCount count);

double pair_rate(const std::vector<Fill>& fills, Bits narrow, Bits wide);
double mix_rate(const std::vector<Fill>& fills, const std::vector<PairShare>& mix);
Budget used(const std::vector<Fill>& fills, LutCount count);

}  // namespace ampa::cost
