// Every built-in network costs on every point, in closed forms; a core refuses what it cannot run by layer and reason.
#include <catch2/catch.hpp>

#include "common/error.h"
#include "cost/core_cost.h"
#include "cost/run_cost.h"
#include "network_record.h"

namespace ampa::cost {
namespace {

using Catch::Contains;

constexpr std::int64_t kBatch = 4, kEpochs = 3;

record::RunRecord record_of(const std::string& network) {
  return testing::record_of(network, kBatch, kEpochs, 1);
}

double macs_of(const record::RunRecord& record) {
  double macs = 0;
  for (const record::StepJob& job : record.jobs)
    macs += static_cast<double>(job.m) * static_cast<double>(job.n) * static_cast<double>(job.k * job.batch);
  return macs * static_cast<double>(record.steps_per_epoch * kEpochs);
}

}  // namespace

TEST_CASE("every network costs on every design point, layer by layer, no faster than its multipliers are") {
  for (const std::string& network : networks::builtin_networks()) {
    const record::RunRecord record = record_of(network);
    REQUIRE(record.jobs.size() >= 3 * record.layers.size() - 1);
    const double macs = macs_of(record);
    for (const timing::HardwarePoint& point : timing::design_points()) {
      INFO(network << " on " << point.name);
      const RunCost cost = cost_run(record, point, network);
      REQUIRE(cost.layers.size() == record.layers.size());
      CycleCounts total;
      bool all_cost = true;
      for (const LayerCost& layer : cost.layers)
        for (const gemm::Pass pass : kPasses) {
          // The gradient of the network's input is not computed.
          all_cost = all_cost && (layer.cycles[pass].total() > 0 || pass == gemm::Pass::kDataGradient);
          total.add(layer.cycles[pass], 1);
        }
      CHECK(all_cost);
      CHECK(total == cost.total);
      const double rate = static_cast<double>(point.rows * point.cols) *
                          timing::macs_per_cycle(point, CodeFormat{8, false}, CodeFormat{8, true});
      CHECK(static_cast<double>(cost.int8_total.compute) * rate >= macs);
    }
  }
}

TEST_CASE("every network costs on a core, or its layers are refused by name and reason") {
  // One that runs everything at these sizes, and one whose scratchpads are small.
  const auto [core, refuses] = GENERATE(table<std::string, bool>(
      {{"fused-32x32:a=512K,b=512K,sums=256K,port=64", false}, {"int8-3x5:a=64,b=64,sums=16,port=32", true}}));
  std::size_t num_refused = 0;
  for (const std::string& network : networks::builtin_networks()) {
    INFO(network << " on " << core);
    const record::RunRecord record = record_of(network);
    const timing::CoreConfig config = timing::core_from_string(core);
    const timing::MemorySettings memory = timing::memory_from_string("latency=20,bytes_per_cycle=4");
    CoreCostOptions options;
    std::string message;
    try {
      const CoreCost cost = cost_on_core(record, config, memory, options, network);
      CHECK(cost.layers.size() == record.layers.size());
      CHECK(static_cast<double>(cost.total.macs) == macs_of(record));
      continue;
    } catch (const InputError& error) {
      message = error.what();
    }
    options.skip_refused = true;
    try {
      const CoreCost cost = cost_on_core(record, config, memory, options, network);
      CHECK(cost.layers.size() + cost.refused.size() == record.layers.size());
      num_refused += cost.refused.size();
      for (const RefusedLayer& layer : cost.refused)
        CHECK_THAT(message, Contains("layer '" + layer.layer + "': " + layer.reason));
    } catch (const InputError&) {  // it refuses all
      for (const record::QuantizedLayer& layer : record.layers)
        CHECK_THAT(message, Contains("layer '" + layer.name + "': "));
      num_refused += record.layers.size();
    }
  }
  CHECK((num_refused > 0) == refuses);
}

}  // namespace ampa::cost
