// A recorded run on grids of mixed precision, and INT8 training on the int8 grids that they have to beat.
#pragma once

#include <string>
#include <vector>

#include "cost/area.h"
#include "cost/run_cost.h"

namespace ampa::cost {

// Of rtl/grid and rtl/packed: whether the element gains from narrow operands. Those that do not are int8.
bool is_mixed(timing::Pe pe);

struct GridRun {
  timing::HardwarePoint point;
  CellCounts area;  // with DSPs where its elements are made of them
  RunCost cost;
};

// The run on every synthesised grid, in their order. Throws as cost_run does.
std::vector<GridRun> grid_runs(const record::RunRecord& record, const std::string& source);

// What stands beside a mixed grid. kAlike: the int8 grid of its kind (par8 of r4s, mul8 of bricks, int8p of pack2)
// whose LUTs are nearest, by their ratio. kStrongest: of all int8 grids large enough that use DSPs as it does, or none
// as it does, the one that does INT8 training with least DSP48E1 x cycles, or least LUT sites x cycles.
enum class Baseline { kAlike, kStrongest };

struct FairPair {
  GridRun mixed, int8;
  Baseline baseline = Baseline::kAlike;
};

// The pairs of every mixed grid of at least `min_elements` rows x columns; the strongest has as many. Two, one if the
// grid of its kind is the strongest, fewer if there is no such grid.
std::vector<FairPair> fair_pairs(const std::vector<GridRun>& runs, std::int64_t min_elements);

// The cycles of the recorded run over those of INT8 training on the other, and that times what both take. Below 1 the
// mixed grid does the training with less. `dsp` is 0 if it uses none.
struct LogicTime {
  double cycles = 0, lut = 0, sites = 0, dsp = 0;
};
LogicTime logic_time(const FairPair& pair, const CycleCounts& own, const CycleCounts& int8);
LogicTime logic_time(const FairPair& pair);  // of the whole run

}  // namespace ampa::cost
