// What a recorded training run costs on a hardware point, without training again.
#pragma once

#include <cstdint>
#include <vector>

#include "cost/by_pass.h"
#include "record/run_record.h"
#include "timing/hardware_point.h"

namespace ampa::cost {

struct LayerCost {
  std::string layer;
  ByPass<CycleCounts> cycles;  // of all its jobs over the whole run
  ByPass<CycleCounts> int8;    // of the same jobs, had every width been 8
};

struct EpochCost {
  std::int64_t epoch = 0;
  CycleCounts step;  // of one training step under the widths of the epoch
};

// Sums over the whole history of widths: every epoch's steps with that epoch's widths. Only GemmJobs are counted: the
// floating-point layers, quantization and the test passes are not the array's work.
struct RunCost {
  timing::HardwarePoint point;
  std::int64_t num_steps = 0;  // training steps in all
  std::vector<LayerCost> layers;
  std::vector<EpochCost> epochs;
  CycleCounts total;
  CycleCounts int8_total;
  double cycles_reduction_percent() const;  // 100 * (1 - total / int8_total)
};

// Whether the run has jobs to cost: false for scheme fp32 and before the first finished epoch.
bool has_cost(const record::RunRecord& record);

// Uses timing::job_cycles, once for each distinct job and widths. Throws InputError naming `source` if
// !has_cost(record) or if the cycles of the run do not fit 63 bits.
RunCost cost_run(const record::RunRecord& record, const timing::HardwarePoint& point, const std::string& source);

// {"point", "point_version", "rows", "cols", "num_steps", "total", "int8_total", "cycles_reduction_percent", "layers",
// "epochs"}
Json to_json(const RunCost& cost);

}  // namespace ampa::cost
