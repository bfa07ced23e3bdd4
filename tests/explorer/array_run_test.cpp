#include "cost/array_run.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "gemm/reference_backend.h"

namespace ampa::cost {
namespace {

// Right sums with the closed form's cycles, or off by some.
class CountingBackend : public gemm::Backend {
 public:
  std::int64_t extra_cycles = 0;
  std::int32_t extra_sum = 0;
  std::string_view name() const override { return "counting"; }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    reference.run(job, out);
    out.narrow.at(0) += extra_sum;
    gemm::JobCycles cycles = timing::job_cycles(timing::point_from_string("fused-4x4"), job.shape());
    cycles.compute += extra_cycles;
    return cycles;
  }

 private:
  gemm::ReferenceBackend reference;
};

record::RunRecord one_epoch() {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}, {"b", 100, 10}};
  record.steps_per_epoch = 1;
  record.jobs = {{"a", gemm::Pass::kForward, 5, 6, 7},
                 {"b", gemm::Pass::kForward, 5, 6, 7},
                 {"b", gemm::Pass::kWeightGradient, 3, 9, 11}};
  record::EpochResult epoch;
  epoch.bits = {{4, 6, 8}, {4, 6, 8}};
  record.epochs = {epoch};
  return record;
}

ArrayRun run(gemm::Backend& backend, std::int64_t max_jobs = 0) {
  gemm::ReferenceBackend expected;
  ArrayRunOptions options;
  options.max_jobs = max_jobs;
  return run_on_array(one_epoch(), timing::point_from_string("fused-4x4"), backend, expected, options);
}

}  // namespace

TEST_CASE("jobs of equal shape and widths are run once") {
  CountingBackend backend;
  const ArrayRun all = run(backend);
  CHECK(all.num_step_jobs == 3);
  CHECK(all.num_distinct_jobs == 2);
  CHECK(all.num_jobs == 2);
  CHECK(all.num_macs == 5 * 6 * 7 + 3 * 9 * 11);
  CHECK(run(backend, 1).num_macs == 5 * 6 * 7);
}

TEST_CASE("an array that counts other cycles than the closed form, or other sums, is found out") {
  CountingBackend backend;
  SECTION("cycles") {
    backend.extra_cycles = 1;
    CHECK_THROWS_AS(run(backend), MismatchError);
    CHECK_THROWS_WITH(run(backend), Catch::Contains("counting: job a fwd (5 x 6 x 7, 6 x 4 bits): expected"));
  }
  SECTION("sums") {
    backend.extra_sum = 1;
    CHECK_THROWS_WITH(run(backend), Catch::Contains("counting: sums of job a fwd") && Catch::Contains("reference"));
  }
}

TEST_CASE("a backend that models no time cannot be compared") {
  gemm::ReferenceBackend backend;
  CHECK_THROWS_AS(run(backend), RunError);
}

TEST_CASE("a job too large to be held in memory is refused before any runs") {
  CountingBackend backend;
  gemm::ReferenceBackend expected;
  record::RunRecord record = one_epoch();
  record.jobs[2].m = std::int64_t{1} << 31;
  ArrayRunOptions options;
  options.source = "record.json";
  CHECK_THROWS_WITH(run_on_array(record, timing::point_from_string("fused-4x4"), backend, expected, options),
                    Catch::Contains("record.json: results.jobs: expected matrices of at most 2147483648 elements") &&
                        Catch::Contains("b wgrad (2147483648 x 9 x 11"));
}

}  // namespace ampa::cost
