// Table 14 of the AMPA paper: how many cycles mixed precision saves on chosen convolutions and over all, on several
// machines.
#pragma once

#include <string>
#include <vector>

#include "cost/core_cost.h"

namespace ampa::cost {

struct Machine {
  timing::CoreConfig config;
  timing::MemorySettings memory;
  Results results = Results::kSums;
};

// As cost_on_core; the options' form of results is the machine's.
CoreCost cost_of(const record::RunRecord& record, const Machine& machine, CoreCostOptions options,
                 const std::string& source);

struct LatencyTable {
  std::string record_sha256, scheme;
  double bitops_reduction_percent = 0;
  std::int64_t batch_size = 0;
  std::vector<std::string> layers;  // the columns, besides overall
  std::vector<CoreCost> machines;   // the rows: the run on each
};

// Saved cycles in percent of the INT8 run on the same machine: forward, backward (both gradients), both.
struct Saved {
  double forward = 0, backward = 0, both = 0;
};
Saved saved_on_layer(const CoreCost& cost, const std::string& layer);
Saved saved_overall(const CoreCost& cost);

// Cycles times LUTs against the INT8 run on the fixed int8 array of the same size: below 1 the run does the work of a
// step with less logic-time. With DSPs: the LUTs of the int8 array whose multipliers are DSP slices, counted beside.
struct EqualArea {
  double with_dsp = 0, no_dsp = 0;
  std::int64_t fixed_dsps = 0;
};
EqualArea equal_area(const CoreCost& cost);

// The machine of a grid on which mixed precision pays most: largest saving against INT8 on the same machine, and least
// cycles times LUTs against the fixed int8 array.
struct BestMachines {
  std::size_t num_machines = 0;
  std::optional<CoreCost> most_saved, least_area_time;
};
BestMachines find_best_machines(const record::RunRecord& record, const std::vector<Machine>& grid,
                                const CoreCostOptions& options, const std::string& source);

// The page docs/table14.md; `grids` is its section of grid_section.
std::string to_markdown(const LatencyTable& table, const BestMachines& best, const std::string& grids);

}  // namespace ampa::cost
