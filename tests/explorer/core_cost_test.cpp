#include "cost/core_cost.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "common/error.h"
#include "cost/core_check.h"
#include "cost/latency_table.h"
#include "cost/run_cost.h"
#include "gemm/reference_backend.h"

namespace ampa::cost {
namespace {

const char* const kCore = "fused-4x4:a=8K,b=8K,sums=1K,port=8";
const char* const kMemory = "latency=9,bytes_per_cycle=3";

void add_layer(record::RunRecord& record, const std::string& name, const gemm::LayerShape& of_layer) {
  record.layers.push_back({name, 0, 0});
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
    const gemm::JobShape shape = gemm::job_geometry(of_layer, pass, {}).shape();
    record.jobs.push_back(
        {name, pass, shape.m, shape.n, shape.k, of_layer, shape.batch, 0, gemm::operand_kinds(of_layer, pass)});
  }
}

// Two layers, a strided convolution among them, over three epochs of five steps.
record::RunRecord small_run() {
  record::RunRecord record;
  add_layer(record, "a", gemm::ConvShape{2, 6, 6, 4, 6, 6, 8, 3, 3, 1, 1});
  add_layer(record, "b", gemm::ConvShape{2, 6, 6, 8, 3, 3, 8, 3, 3, 2, 1});
  record.steps_per_epoch = 5;
  for (const Bits bits : {4, 6, 8}) {
    record.epochs.emplace_back();
    record.epochs.back().epoch = static_cast<std::int64_t>(record.epochs.size()) - 1;
    record.epochs.back().bits = {{bits, 4, 8}, {8, bits, 6}};
  }
  return record;
}

CoreCost cost_of(const record::RunRecord& record, const CoreCostOptions& options = {}) {
  return cost_on_core(record, "fused-4x4", {"a=8K,b=8K,sums=1K,port=8", kMemory}, options, "r");
}

bool same(const CoreSum& x, const CoreSum& y) {
  return x.cycles == y.cycles && x.bytes_read == y.bytes_read && x.bytes_written == y.bytes_written && x.macs == y.macs;
}

// Runs jobs as the reference does, and says what the model says, but for one cycle.
class OneCycleOff : public gemm::Backend {
 public:
  std::string_view name() const override { return "one cycle off"; }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    gemm::ReferenceBackend().run(job, out);
    const timing::JobPlan plan =
        timing::plan_job(timing::core_from_string(kCore), gemm::geometry_of(job), timing::memory_from_string(kMemory));
    gemm::JobCycles cycles = timing::core_cycles(plan, timing::memory_from_string(kMemory)).cycles;
    cycles.write_stall += 1;
    return cycles;
  }
};

}  // namespace

TEST_CASE("a run on a core costs the sum of its jobs, one by one") {
  const record::RunRecord record = small_run();
  const CoreCost cost = cost_of(record);
  CoreSum total;
  for (const record::EpochResult& epoch : record.epochs)
    for (const record::StepJob& job : record.jobs) {
      const gemm::JobGeometry geometry = record::job_geometry(job, epoch.bits[job.layer == "a" ? 0 : 1]);
      const timing::CoreRun run = timing::core_cycles(
          timing::plan_job(timing::core_from_string(kCore), geometry, timing::memory_from_string(kMemory)),
          timing::memory_from_string(kMemory));
      CoreSum one;
      one.cycles = run.cycles;
      one.bytes_read = run.bytes_read;
      one.bytes_written = run.bytes_written;
      one.macs = job.m * job.n * job.k;
      total.add(one, record.steps_per_epoch);
    }
  CHECK(cost.num_steps == 15);
  CHECK(same(cost.total, total));
  CHECK(cost.total.cycles.operand_stall > 0);
  CHECK(cost.total.cycles.write_stall > 0);
  CHECK(cost.total.mapping_utilisation() <= 1);
  CHECK(cost.cycles_reduction_percent() > 0);
}

TEST_CASE("ranges of steps and layers of a run on a core add up to the whole") {
  const record::RunRecord record = small_run();
  CoreCostOptions first, second, layer_a, layer_b;
  first.last_step = 6;
  second.first_step = 7;
  layer_a.layers = {"a"};
  layer_b.layers = {"b"};
  const CoreSum whole = cost_of(record).total;
  for (const auto& [x, y] : {std::pair{first, second}, std::pair{layer_a, layer_b}}) {
    CoreSum sum = cost_of(record, x).total;
    sum.add(cost_of(record, y).total, 1);
    CHECK(same(sum, whole));
  }
}

TEST_CASE("steps that the run does not have are refused") {
  CoreCostOptions options;
  options.last_step = 15;
  CHECK_THROWS_WITH(cost_of(small_run(), options), Catch::Matchers::Contains("--steps: expected FIRST <= LAST < 15"));
  options.first_step = 9;
  options.last_step = 8;
  CHECK_THROWS_AS(cost_of(small_run(), options), InputError);
}

TEST_CASE("results as codes: forward and activation gradients write less, weight gradients the same") {
  CoreCostOptions options;
  options.results = Results::kCodes;
  const CoreCost sums = cost_of(small_run()), codes = cost_of(small_run(), options);
  for (std::size_t layer = 0; layer < sums.layers.size(); ++layer) {
    // 32 bits become 4 to 8, and blocks end in whole beats.
    CHECK(codes.layers[layer].passes.sums[0].bytes_written * 3 < sums.layers[layer].passes.sums[0].bytes_written);
    CHECK(codes.layers[layer].passes.sums[1].bytes_written * 3 < sums.layers[layer].passes.sums[1].bytes_written);
    CHECK(same(codes.layers[layer].passes.sums[2], sums.layers[layer].passes.sums[2]));
    CHECK(codes.layers[layer].passes.sums[0].macs == sums.layers[layer].passes.sums[0].macs);
  }
  CHECK(codes.total.cycles.write_stall < sums.total.cycles.write_stall);
  CHECK(codes.int8_total.bytes_written < sums.int8_total.bytes_written);
}

TEST_CASE("codes of weight gradients, of odd widths or with too many corrections are no plan") {
  const timing::CoreConfig config = timing::core_from_string(kCore);
  const gemm::ConvShape conv{2, 6, 6, 4, 6, 6, 8, 3, 3, 1, 1};
  const auto plan = [&](const gemm::ConvShape& shape, gemm::Pass pass, timing::CodeResults codes) {
    return timing::plan_job(config, gemm::conv_geometry(shape, pass, {}), {}, codes);
  };
  CHECK(plan(conv, gemm::Pass::kForward, {3, false, true}).result_bits() == 4);
  CHECK_THROWS_WITH(plan(conv, gemm::Pass::kWeightGradient, {8, false, false}),
                    Catch::Matchers::Contains("codes: expected a forward pass or a gradient of activations"));
  CHECK_THROWS_WITH(plan(conv, gemm::Pass::kForward, {9, false, false}),
                    Catch::Matchers::Contains("codes: expected results of 2..8 bits, found 9"));
  const gemm::ConvShape wide{1, 1, 1, 4, 1, 1, 2049, 1, 1, 1, 0};
  CHECK_THROWS_WITH(plan(wide, gemm::Pass::kForward, {8, false, true}),
                    Catch::Matchers::Contains("at most 2048 columns with corrections, found 2049"));
  CHECK(plan(wide, gemm::Pass::kForward, {8, false, false}).n() == 2049);
}

TEST_CASE("another batch size costs what a run with that batch size would") {
  CoreCostOptions options;
  options.batch_size = 1;
  record::RunRecord record = small_run();
  const CoreCost asked = cost_of(record, options);
  for (record::StepJob& job : record.jobs) {
    job.shape = gemm::with_images(*job.shape, 1);
    const gemm::JobShape shape = gemm::job_geometry(*job.shape, job.pass, {}).shape();
    job.m = shape.m;
    job.n = shape.n;
    job.k = shape.k;
  }
  record.steps_per_epoch = 10;
  CHECK(same(asked.total, cost_of(record).total));
}

TEST_CASE("a run that a core cannot cost is refused with what is missing") {
  record::RunRecord record = small_run();
  CoreCostOptions options;
  options.layers = {"c"};
  CHECK_THROWS_WITH(cost_of(record, options), "--layers: expected names of quantized layers of r, found 'c'");
  record.jobs[1].shape.reset();
  CHECK_THROWS_WITH(cost_of(record), Catch::Contains("expected the convolution of every job, found none at layer 'a'"));
  CHECK_THROWS_WITH(cost_on_core(small_run(), "fused-4x4", {"a=64,b=64,sums=16,port=8", kMemory}, {}, "r"),
                    Catch::Contains("fused-4x4:a=64,b=64,sums=16,port=8") && Catch::Contains("does not fit"));
  CHECK_THROWS_WITH(cost_on_core(small_run(), "fused-4x4", {"a=8K", "latency=0"}, {}, "r"),
                    "memory: latency: expected 1..1000000, found 0");
}

TEST_CASE("layers that a core refuses are all named, with the pass, and can be left out") {
  record::RunRecord record = small_run();
  add_layer(record, "deep", gemm::ConvShape{2, 6, 6, 400, 6, 6, 8, 3, 3, 1, 1});
  add_layer(record, "deeper", gemm::ConvShape{2, 6, 6, 800, 6, 6, 8, 3, 3, 1, 1});
  for (record::EpochResult& epoch : record.epochs) epoch.bits.resize(4, {8, 8, 8});
  CHECK_THROWS_WITH(cost_of(record),
                    Catch::Contains("r: expected layers that the core runs, found 2 of 4 refused: layer "
                                    "'deep': fwd: core fused-4x4:a=8192,b=8192,sums=1024,port=8: a job "
                                    "of 72 x 8 x 3600 does not fit: b: expected at least") &&
                        Catch::Contains("; layer 'deeper': fwd: core "));
  CoreCostOptions options;
  options.skip_refused = true;
  const CoreCost cost = cost_of(record, options);
  CHECK(cost.layers.size() == 2);
  CHECK(cost.refused.size() == 2);
  CHECK(same(cost.total, cost_of(small_run()).total));
  CHECK(to_json(cost)["refused"][0]["layer"] == "deep");
}

TEST_CASE("the products of an attention are refused by layer and pass, and an array costs them") {
  record::RunRecord record = small_run();
  add_layer(record, "scores", gemm::ProductShape{2, 3, 16, 16, 8, true});
  for (record::EpochResult& epoch : record.epochs) epoch.bits.push_back({0, 4, 6});
  CHECK_THROWS_WITH(cost_of(record), Catch::Contains("layer 'scores': fwd: ") &&
                                         Catch::Contains("expected a job of one GEMM, found a batch of 6") &&
                                         Catch::Contains("dgrad: ") && Catch::Contains("wgrad: "));
  CoreCostOptions options;
  options.skip_refused = true;
  CHECK(same(cost_of(record, options).total, cost_of(small_run()).total));

  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  const RunCost cost = cost_run(record, point, "r");
  const CodeFormat a{4, false}, g{6, true};
  const auto& cycles = cost.layers.at(2).cycles;
  const std::int64_t steps = 3 * record.steps_per_epoch;
  CHECK(cycles[gemm::Pass::kForward].total() == steps * timing::job_cycles(point, {16, 16, 8, a, a, 6}).total());
  CHECK(cycles[gemm::Pass::kDataGradient].total() == steps * timing::job_cycles(point, {16, 8, 16, g, a, 6}).total());
  CHECK(cycles[gemm::Pass::kWeightGradient].total() == steps * timing::job_cycles(point, {16, 8, 16, g, a, 6}).total());
}

TEST_CASE("a transposed convolution costs on a core what its jobs do") {
  record::RunRecord record = small_run();
  gemm::ConvShape conv{2, 6, 6, 4, 3, 3, 8, 2, 2, 2, 0};
  conv.transposed = true;
  record.layers.clear();
  record.jobs.clear();
  add_layer(record, "up", conv);
  for (record::EpochResult& epoch : record.epochs) epoch.bits = {{4, 6, 8}};
  const CoreCost cost = cost_of(record);
  const timing::MemorySettings memory = timing::memory_from_string(kMemory);
  CoreSum total;
  for (const record::StepJob& job : record.jobs) {
    const gemm::JobGeometry geometry = gemm::conv_geometry(conv, job.pass, {{6, false}, {4, true}, {8, true}});
    CoreSum one;
    one.cycles =
        timing::core_cycles(timing::plan_job(timing::core_from_string(kCore), geometry, memory), memory).cycles;
    total.add(one, 15);
  }
  CHECK(cost.total.cycles == total.cycles);
}

TEST_CASE("cycles of a run beyond 63 bits are refused by layer") {
  record::RunRecord record = small_run();
  record.steps_per_epoch = std::int64_t{1} << 54;
  CHECK_THROWS_WITH(cost_of(record),
                    Catch::Contains("layer 'a': fwd: bytes read: expected at most 9223372036854775807") &&
                        Catch::Contains("; dgrad: cycles: expected at most") && Catch::Contains("layer 'b'"));
}

TEST_CASE("energy is the sum of events times the user's costs") {
  Events events;
  events.macs[width_pair(8, 4)] = 10;
  events.scratchpad_bytes = 3;
  events.memory_bytes = 2;
  EnergyTable table;
  table.mac_pj[width_pair(8, 4)] = 0.5;
  table.sram_byte_pj = 1;
  table.dram_byte_pj = 100;
  CHECK(energy_of(events, table).mac_pj == 5);
  CHECK(energy_of(events, table).total_pj() == 208);
  events.macs[width_pair(6, 6)] = 1;
  CHECK_THROWS_WITH(energy_of(events, table), "energy table: mac_pj: expected a cost for 6x6 bits, found none");
}

TEST_CASE("a core whose cycles differ from the model's by one is told, with the job") {
  OneCycleOff core;
  gemm::ReferenceBackend reference;
  CoreCheckOptions options;
  int told = 0;
  options.on_difference = [&](const gemm::GemmJob& job, const gemm::Accumulators& sums) {
    ++told;
    CHECK(sums.rows == job.m());
  };
  CHECK_THROWS_AS(check_on_core(small_run(), timing::core_from_string(kCore), timing::memory_from_string(kMemory), core,
                                reference, options),
                  MismatchError);
  CHECK(told == 1);
  options.layers = {"b"};
  options.on_difference = [&](const gemm::GemmJob& job, const gemm::Accumulators&) { CHECK(job.layer == "b"); };
  for (options.seed = 1; options.seed <= 5; ++options.seed)
    CHECK_THROWS_AS(check_on_core(small_run(), timing::core_from_string(kCore), timing::memory_from_string(kMemory),
                                  core, reference, options),
                    MismatchError);
}

TEST_CASE("the latency table's columns are cycles saved by layer and pass") {
  const CoreCost cost = cost_of(small_run());
  const CoreLayerCost& a = cost.layers[0];
  const Saved saved = saved_on_layer(cost, "a");
  CHECK(saved.forward == Approx(100.0 * (1.0 - static_cast<double>(a.passes.sums[0].cycles.total()) /
                                                   static_cast<double>(a.int8.sums[0].cycles.total()))));
  CHECK(saved_overall(cost).both == Approx(cost.cycles_reduction_percent()));
  CHECK_THROWS_WITH(saved_on_layer(cost, "x"), Catch::Contains("'x'"));
}

}  // namespace ampa::cost
