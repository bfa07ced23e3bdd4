// The bench must notice an array that is wrong in one bit of one sum, by one cycle or one stall, and say so with the
// smallest job.
#include <catch2/catch.hpp>
#include <functional>

#include "common/error.h"
#include "verify/verify.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::verify;

namespace {

using Fault = std::function<void(const gemm::GemmJob& job, const Stress& stress, Outcome& outcome)>;

class FaultyDevice : public Device {
 public:
  FaultyDevice(std::unique_ptr<Device> sound, const Fault& fault) : sound_(std::move(sound)), fault_(fault) {}
  std::string_view name() const override { return sound_->name(); }
  Outcome run(const gemm::GemmJob& job, const Stress& stress) override {
    Outcome outcome = sound_->run(job, stress);
    fault_(job, stress, outcome);
    return outcome;
  }

 private:
  std::unique_ptr<Device> sound_;
  Fault fault_;
};

VerifyReport verify_with(const Fault& fault) {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  VerifyOptions options;
  options.num_random = 60;
  options.directed = options.exhaustive = false;
  options.seed = 11;
  return verify_device(point, options, [=] { return std::make_unique<FaultyDevice>(rtl_device(point)(), fault); });
}

void add_to_first(gemm::Accumulators& sums, int value) {
  if (sums.is_wide())
    sums.wide.front() += value;
  else
    sums.narrow.front() += value;
}

}  // namespace

TEST_CASE("the sound array passes the same path", "[cosim]") {
  const VerifyReport report = verify_with([](const gemm::GemmJob&, const Stress&, Outcome&) {});
  CHECK(report.equal());
  CHECK(report.stages.size() == 2);
  CHECK(report.total().num_jobs > 5000);
  CHECK(report.total().num_stalls > 0);
}

TEST_CASE("a fault of deep jobs is shrunk to one product line of the depth that it needs", "[cosim]") {
  const VerifyReport report = verify_with([](const gemm::GemmJob& job, const Stress&, Outcome& outcome) {
    if (job.k() >= 3) add_to_first(outcome.sums, 4);
  });
  REQUIRE(report.failure);
  REQUIRE(report.failure->smallest.steps.size() == 1);
  const Step& step = report.failure->smallest.steps.front();
  CHECK(step.job().m() == 1);
  CHECK(step.job().n() == 1);
  CHECK(step.job().k() == 3);
  CHECK(step.job().a.format().bits == kMinBits);
  CHECK(step.job().b.format().bits == kMinBits);
  for (std::int64_t k = 0; k < 3; ++k) CHECK((step.job().a.code(0, k) == 0 && step.job().b.code(0, k) == 0));
  CHECK(!step.stress.stalls());
  CHECK(step.stress.reset_cycle == 0);
  CHECK(report.failure->difference.text == "sum (0, 0): expected 0, found 4");
}

TEST_CASE("a fault of one code keeps that code", "[cosim]") {
  const VerifyReport report = verify_with([](const gemm::GemmJob& job, const Stress&, Outcome& outcome) {
    for (std::int64_t m = 0; m < job.m(); ++m)
      for (std::int64_t k = 0; k < job.k(); ++k)
        if (job.a.code(m, k) == -7) return add_to_first(outcome.sums, -1);
  });
  REQUIRE(report.failure);
  const gemm::GemmJob& job = report.failure->smallest.steps.at(0).job();
  CHECK(job.m() * job.n() * job.k() == 1);
  CHECK(job.a.code(0, 0) == -7);
  CHECK(job.a.format() == CodeFormat{4, true});
  CHECK(job.b.code(0, 0) == 0);
}

TEST_CASE("a fault of what ran before keeps the job before", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  VerifyOptions options;
  options.num_random = 60;
  options.directed = options.exhaustive = options.covering = false;
  const VerifyReport report = verify_device(point, options, [&] {
    const auto last_bits = std::make_shared<int>(0);
    return std::make_unique<FaultyDevice>(rtl_device(point)(),
                                          [=](const gemm::GemmJob& job, const Stress&, Outcome& out) {
                                            if (*last_bits == 8 && job.a.format().bits < 8) add_to_first(out.sums, 1);
                                            *last_bits = job.a.format().bits;
                                          });
  });
  REQUIRE(report.failure);
  REQUIRE(report.failure->smallest.steps.size() == 2);
  CHECK(report.failure->difference.step == 1);
  CHECK(report.failure->smallest.steps[0].job().a.format().bits == 8);
  for (const Step& step : report.failure->smallest.steps) CHECK(step.job().m() * step.job().n() * step.job().k() == 1);
}

TEST_CASE("a fault of stalled operands keeps them stalled and nothing else", "[cosim]") {
  const VerifyReport report = verify_with([](const gemm::GemmJob&, const Stress& stress, Outcome& outcome) {
    if (stress.operand_stall_percent > 0) add_to_first(outcome.sums, 1);
  });
  REQUIRE(report.failure);
  const Stress& stress = report.failure->smallest.steps.at(0).stress;
  CHECK(stress.operand_stall_percent > 0);
  CHECK(stress.result_stall_percent == 0);
  CHECK(stress.reset_cycle == 0);
  CHECK_FALSE(stress.noise);
}

TEST_CASE("cycles, stalls and the overflow flag are checked", "[cosim]") {
  const auto text_of = [](const Fault& fault) {
    const VerifyReport report = verify_with(fault);
    return report.failure ? report.failure->difference.text : "";
  };
  CHECK_THAT(text_of([](auto&, auto&, Outcome& outcome) { ++outcome.cycles->fill_drain; }),
             Catch::Contains("fill/drain cycles, found"));
  CHECK_THAT(text_of([](auto&, auto&, Outcome& outcome) {
               ++outcome.cycles->fill_drain;
               --outcome.cycles->compute;
             }),
             Catch::Contains("compute and"));
  CHECK_THAT(text_of([](auto&, auto&, Outcome& outcome) { outcome.cycles.reset(); }), Catch::Contains("found none"));
  CHECK_THAT(text_of([](auto&, auto&, Outcome& outcome) { ++outcome.counts.counted_stalls; }),
             Catch::Contains("0 stalled cycles as injected, found 1 counted"));
  CHECK_THAT(text_of([](auto&, auto&, Outcome& outcome) { outcome.counts.overflow = true; }),
             Catch::Contains("no overflow"));
  CHECK_THAT(text_of([](auto&, auto&, Outcome&) { throw RunError("array: expected a tile to end"); }),
             Catch::Contains("expected a tile to end"));
}

TEST_CASE("a wide sum cut to 32 bits is reported", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  VerifyOptions options;
  options.num_random = 0;
  options.exhaustive = options.covering = false;
  const VerifyReport report = verify_device(point, options, [&] {
    return std::make_unique<FaultyDevice>(rtl_device(point)(), [](auto&, auto&, Outcome& outcome) {
      for (std::int64_t& sum : outcome.sums.wide) sum = static_cast<std::int32_t>(sum);
    });
  });
  REQUIRE(report.failure);
  CHECK_THAT(report.failure->found_in, Catch::Contains("parts"));
}

TEST_CASE("the failure block names the jobs, their codes and the difference, and repeats for a seed", "[cosim]") {
  const Fault fault = [](const gemm::GemmJob& job, const Stress&, Outcome& outcome) {
    if (job.k() % 7 == 3 && job.a.format().is_signed) add_to_first(outcome.sums, 1);
  };
  const VerifyReport first = verify_with(fault), again = verify_with(fault);
  REQUIRE(first.failure);
  const std::string block = failure_block("fused-4x4", *first.failure);
  CHECK(block == failure_block("fused-4x4", *again.failure));
  CHECK_THAT(block, Catch::Contains("of seed 11") && Catch::Contains("M x N x K 1 x 1 x 3, a s2") &&
                        Catch::Contains("a row 0: 0 0 0") && Catch::Contains("expected 0, found 1"));
}
