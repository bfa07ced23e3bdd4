// MACs per cycle of an array: of a pair of widths, of a run's mix of them, of a whole run.
#pragma once

#include <string>
#include <vector>

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

// What it does per cycle over all steps of a recorded run: MACs of all jobs over their cycles (timing::job_cycles), so
// that fill, drain and waits of jobs and elements without use count. Throws as cost_run does.
double run_rate(const timing::HardwarePoint& point, const record::RunRecord& record, const std::string& source);

}  // namespace ampa::cost
