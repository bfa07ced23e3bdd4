#include "cost/fair_baseline.h"

#include <catch2/catch.hpp>

#include "cost/grid_section.h"

namespace ampa::cost {
namespace {

GridRun made(const char* point, std::int64_t lut, std::int64_t sites, std::int64_t dsps, std::int64_t cycles,
             std::int64_t int8_cycles) {
  GridRun run;
  run.point = timing::point_from_string(point);
  run.area.lut = lut;
  run.area.sites = sites;
  run.area.dsp48e1 = dsps;
  run.cost.total.compute = cycles;
  run.cost.int8_total.compute = int8_cycles;
  return run;
}

const FairPair& of(const std::vector<FairPair>& pairs, const std::string& mixed, Baseline baseline) {
  for (const FairPair& pair : pairs)
    if (pair.mixed.point.name == mixed && pair.baseline == baseline) return pair;
  throw std::runtime_error("no pair of " + mixed);
}

record::RunRecord small_run() {
  record::RunRecord record;
  record.layers = {{"first", 100, 10}, {"second", 100, 10}};
  record.steps_per_epoch = 3;
  for (const char* layer : {"first", "second"})
    for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
      record.jobs.push_back({layer, pass, 64, 32, 288});
  record.epochs.resize(1);
  record.epochs[0].bits = {{4, 4, 4}, {4, 6, 8}};
  return record;
}

}  // namespace

TEST_CASE("beside a mixed grid stand the int8 grid of its kind of nearest LUTs and the strongest") {
  const std::vector<GridRun> runs{
      made("par8-2x3", 500, 600, 0, 90, 90),     made("par8-4x4", 2600, 3000, 0, 20, 20),
      made("mul8-8x8", 2000, 2400, 0, 22, 22),   made("mul8-3x5", 300, 350, 0, 170, 170),
      made("r4s-8x8", 1500, 1800, 0, 25, 40),    made("r4s-2x1", 100, 120, 0, 500, 700),
      made("int8p-2x3", 200, 300, 24, 100, 100), made("int8p-8x8", 900, 950, 256, 10, 10),
      made("pack2-8x8", 800, 1000, 128, 18, 24), made("bricks-8x8", 1900, 2100, 0, 30, 60),
  };
  const std::vector<FairPair> pairs = fair_pairs(runs, 16);
  CHECK(pairs.size() == 4);  // r4s-2x1 is too small; beside bricks and pack2 both are the same
  // |log| of 1500/500 is more than that of 2600/1500.
  CHECK(of(pairs, "r4s-8x8", Baseline::kAlike).int8.point.name == "par8-4x4");
  // Sites x cycles: 54000, 60000, 52800, 59500.
  CHECK(of(pairs, "r4s-8x8", Baseline::kStrongest).int8.point.name == "mul8-8x8");
  CHECK(of(pairs, "bricks-8x8", Baseline::kStrongest).int8.point.name == "mul8-8x8");
  // DSPs x cycles: 2400 and 2560, but int8p-2x3 is too small.
  CHECK(of(pairs, "pack2-8x8", Baseline::kStrongest).int8.point.name == "int8p-8x8");
  CHECK(of(fair_pairs(runs, 6), "pack2-8x8", Baseline::kStrongest).int8.point.name == "int8p-2x3");
  CHECK(of(fair_pairs(runs, 6), "pack2-8x8", Baseline::kAlike).int8.point.name == "int8p-8x8");

  const LogicTime r4s = logic_time(of(pairs, "r4s-8x8", Baseline::kAlike));
  CHECK(r4s.cycles == Approx(25.0 / 20));
  CHECK(r4s.lut == Approx(25.0 * 1500 / (20.0 * 2600)));
  CHECK(r4s.sites == Approx(25.0 * 1800 / (20.0 * 3000)));
  CHECK(r4s.dsp == 0);
  CHECK(logic_time(of(pairs, "pack2-8x8", Baseline::kStrongest)).dsp == Approx(18.0 * 128 / (10.0 * 256)));
  CHECK(fair_pairs({made("r4s-8x8", 1500, 1800, 0, 25, 40)}, 16).empty());
}

TEST_CASE("the runs on grids are those of cost_run, and every synthesised grid is there") {
  const std::vector<GridRun> runs = grid_runs(small_run(), "r");
  REQUIRE(runs.size() == synthesised_grids().size());
  for (const GridRun& run : runs) {
    CHECK(run.cost.total.total() == cost_run(small_run(), run.point, "r").total.total());
    CHECK(run.area.lut > 0);
    if (!is_mixed(run.point.pe)) CHECK(run.cost.total.total() == run.cost.int8_total.total());
  }
}

TEST_CASE("the page's section has every mixed grid, every layer, every pass and the device") {
  const std::string page = grid_section(small_run(), "r");
  for (const char* part :
       {"**Withdrawn:**", "| r4s-16x16 | par8-", ", strongest |", "| first |", "| second |", "| all, dgrad |",
        "| all |", "| pack2 + r4s |", "\n- r4s-", "\n- bricks-", "\n- pack2-", "\n- On a whole device pack2 + r4s do "})
    CHECK_THAT(page, Catch::Contains(part));
  CHECK(page == grid_section(small_run(), "r"));
}

}  // namespace ampa::cost
