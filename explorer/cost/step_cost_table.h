// The cycles of a training step by widths, for an allocator: allocate/cost_table.h says what the file holds.
#pragma once

#include <vector>

#include "common/json_reader.h"
#include "numerics/formats.h"
#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

// Of the jobs of a step, every pair of `widths` (rising) by timing::job_cycles. Layers in the order of their first job:
// that of the network's quantized layers.
Json step_cost_table(const std::vector<record::StepJob>& jobs, const timing::HardwarePoint& point,
                     const std::vector<Bits>& widths);

// Throws InputError naming the file of such a table if its costs are of another version of the point than today's
// (timing::version_of), or of none.
void check_step_cost_table(const std::string& path);

}  // namespace ampa::cost
