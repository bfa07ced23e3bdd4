#include "cost/fair_baseline.h"

#include <algorithm>
#include <cmath>

namespace ampa::cost {
namespace {

using timing::Pe;

double cycles_at_int8(const GridRun& run) {
  return static_cast<double>(run.cost.int8_total.total());
}

double lut_distance(const GridRun& x, const GridRun& y) {
  return std::abs(std::log(static_cast<double>(x.area.lut) / static_cast<double>(y.area.lut)));
}

double effort(const GridRun& run) {
  const std::int64_t taken = run.area.dsp48e1 > 0 ? run.area.dsp48e1 : run.area.sites;
  return static_cast<double>(taken) * cycles_at_int8(run);
}

Pe alike(Pe mixed) {
  return mixed == Pe::kR4s ? Pe::kPar8 : mixed == Pe::kBricks ? Pe::kMul8 : Pe::kInt8p;
}

// The first of `runs` that `is_candidate` and has the least `measure`; null if none is.
template <class IsCandidate, class Measure>
const GridRun* least(const std::vector<GridRun>& runs, const IsCandidate& is_candidate, const Measure& measure) {
  const GridRun* best = nullptr;
  for (const GridRun& run : runs)
    if (is_candidate(run) && (best == nullptr || measure(run) < measure(*best))) best = &run;
  return best;
}

double over(std::int64_t own, std::int64_t other) {
  return other > 0 ? static_cast<double>(own) / static_cast<double>(other) : 0;
}

}  // namespace

bool is_mixed(Pe pe) {
  return pe == Pe::kR4s || pe == Pe::kBricks || pe == Pe::kPack2;
}

std::vector<GridRun> grid_runs(const record::RunRecord& record, const std::string& source) {
  std::vector<GridRun> runs;
  for (const std::string& name : synthesised_grids()) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    runs.push_back({point, area_of(point).with_dsp, cost_run(record, point, source)});
  }
  return runs;
}

std::vector<FairPair> fair_pairs(const std::vector<GridRun>& runs, std::int64_t min_elements) {
  std::vector<FairPair> pairs;
  const auto is_large = [&](const GridRun& run) { return run.point.rows * run.point.cols >= min_elements; };
  for (const GridRun& mixed : runs) {
    if (!is_mixed(mixed.point.pe) || !is_large(mixed)) continue;
    const bool has_dsps = mixed.area.dsp48e1 > 0;
    const GridRun* like = least(
        runs, [&](const GridRun& run) { return run.point.pe == alike(mixed.point.pe); },
        [&](const GridRun& run) { return lut_distance(run, mixed); });
    const GridRun* strongest = least(
        runs,
        [&](const GridRun& run) {
          return !is_mixed(run.point.pe) && is_large(run) && (run.area.dsp48e1 > 0) == has_dsps;
        },
        effort);
    if (like != nullptr && like != strongest) pairs.push_back({mixed, *like, Baseline::kAlike});
    if (strongest != nullptr) pairs.push_back({mixed, *strongest, Baseline::kStrongest});
  }
  return pairs;
}

LogicTime logic_time(const FairPair& pair, const CycleCounts& own, const CycleCounts& int8) {
  const double cycles = over(own.total(), int8.total());
  const CellCounts &area = pair.mixed.area, &other = pair.int8.area;
  return {cycles, cycles * over(area.lut, other.lut), cycles * over(area.sites, other.sites),
          cycles * over(area.dsp48e1, other.dsp48e1)};
}

LogicTime logic_time(const FairPair& pair) {
  return logic_time(pair, pair.mixed.cost.total, pair.int8.cost.int8_total);
}

}  // namespace ampa::cost
