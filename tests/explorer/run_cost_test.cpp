#include "cost/run_cost.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::cost {
namespace {

record::RunRecord two_epochs() {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}, {"b", 100, 10}};
  record.steps_per_epoch = 7;
  record.jobs = {{"a", gemm::Pass::kForward, 100, 20, 300},
                 {"b", gemm::Pass::kForward, 50, 60, 70},
                 {"b", gemm::Pass::kDataGradient, 40, 30, 20},
                 {"a", gemm::Pass::kWeightGradient, 33, 44, 5555}};
  record::EpochResult first, second;
  first.bits = {{4, 4, 4}, {4, 6, 8}};
  second.epoch = 1;
  second.bits = {{6, 4, 8}, {8, 8, 8}};
  record.epochs = {first, second};
  return record;
}

}  // namespace

TEST_CASE("a run costs the sum of its jobs under the widths that they had") {
  const record::RunRecord record = two_epochs();
  const timing::HardwarePoint point = timing::point_from_string("fused-16x16");
  const RunCost cost = cost_run(record, point, "r");
  CHECK(cost.num_steps == 14);
  gemm::JobCycles total, int8;
  for (const record::EpochResult& epoch : record.epochs)
    for (const record::StepJob& job : record.jobs) {
      const auto cycles = timing::job_cycles(point, record::job_shape(job, epoch.bits[job.layer == "a" ? 0 : 1]));
      const auto widest = timing::job_cycles(point, record::job_shape(job, {8, 8, 8}));
      total.compute += 7 * cycles.compute;
      total.fill_drain += 7 * cycles.fill_drain;
      int8.compute += 7 * widest.compute;
      int8.fill_drain += 7 * widest.fill_drain;
    }
  CHECK(cost.total == total);
  CHECK(cost.int8_total == int8);
  CHECK(cost.cycles_reduction_percent() > 0);
}

TEST_CASE("cycles are told apart by layer, pass and epoch") {
  const record::RunRecord record = two_epochs();
  const timing::HardwarePoint point = timing::point_from_string("fused-16x16");
  const RunCost cost = cost_run(record, point, "r");
  CHECK(cost.layers.at(0).layer == "a");
  CHECK(cost.layers.at(0).cycles[gemm::Pass::kDataGradient].total() == 0);
  const std::int64_t dgrad = timing::job_cycles(point, record::job_shape(record.jobs[2], {4, 6, 8})).total() +
                             timing::job_cycles(point, record::job_shape(record.jobs[2], {8, 8, 8})).total();
  CHECK(cost.layers.at(1).cycles[gemm::Pass::kDataGradient].total() == 7 * dgrad);
  std::int64_t over_epochs = 0;
  for (const EpochCost& epoch : cost.epochs) over_epochs += 7 * epoch.step.total();
  CHECK(over_epochs == cost.total.total());
}

TEST_CASE("jobs that differ in their batch alone cost what each of them does") {
  record::RunRecord record = two_epochs();
  record.jobs = {{"a", gemm::Pass::kForward, 10, 20, 30}, {"b", gemm::Pass::kForward, 10, 20, 30}};
  record.jobs[1].batch = 5;
  for (record::EpochResult& epoch : record.epochs) epoch.bits = {{4, 6, 8}, {4, 6, 8}};
  const RunCost cost = cost_run(record, timing::point_from_string("fused-4x4"), "r");
  CHECK(cost.layers.at(1).cycles[gemm::Pass::kForward].total() ==
        5 * cost.layers.at(0).cycles[gemm::Pass::kForward].total());
}

TEST_CASE("an INT8 run costs what INT8 costs") {
  record::RunRecord record = two_epochs();
  for (record::EpochResult& epoch : record.epochs) epoch.bits = {{8, 8, 8}, {8, 8, 8}};
  const RunCost cost = cost_run(record, timing::point_from_string("fused-8x4"), "r");
  CHECK(cost.total == cost.int8_total);
  CHECK(cost.cycles_reduction_percent() == 0);
}

TEST_CASE("a run whose cycles do not fit 63 bits is refused") {
  record::RunRecord record = two_epochs();
  record.steps_per_epoch = 1000000000;
  for (record::StepJob& job : record.jobs) job.m = job.n = job.k = 1 << 14;
  CHECK_THROWS_AS(cost_run(record, timing::point_from_string("fused-1x1"), "record.json"), InputError);
  CHECK_THROWS_WITH(cost_run(record, timing::point_from_string("fused-1x1"), "record.json"),
                    Catch::Contains("record.json: results.steps_per_epoch: expected a run whose cycles fit 63 bits"));
}

TEST_CASE("a record without quantized jobs cannot be costed") {
  record::RunRecord record = two_epochs();
  SECTION("no epoch is finished") {
    record.epochs.clear();
  }
  SECTION("floating point") {
    record.jobs.clear();
    for (record::EpochResult& epoch : record.epochs) epoch.bits.clear();
  }
  CHECK_FALSE(has_cost(record));
  CHECK_THROWS_WITH(cost_run(record, timing::point_from_string("fused-16x16"), "record.json"),
                    Catch::Contains("record.json: results: expected a finished epoch with quantized jobs, found none"));
}

}  // namespace ampa::cost
