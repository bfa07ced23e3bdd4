// verify() must notice an array that is wrong in one bit of one sum, or by one cycle.
#include <catch2/catch.hpp>
#include <functional>

#include "array/array_backends.h"
#include "verify/job_check.h"

using namespace ampa;

namespace {

using Fault = std::function<void(const gemm::GemmJob& job, gemm::Accumulators& out, gemm::JobCycles& cycles)>;

class FaultyBackend : public gemm::Backend {
 public:
  FaultyBackend(std::unique_ptr<gemm::Backend> sound, Fault fault)
      : sound_(std::move(sound)), fault_(std::move(fault)) {}
  std::string_view name() const override { return sound_->name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    auto cycles = sound_->run(job, out);
    fault_(job, out, *cycles);
    return cycles;
  }

 private:
  std::unique_ptr<gemm::Backend> sound_;
  Fault fault_;
};

systemc::VerifyReport verify_with(const Fault& fault) {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  FaultyBackend faulty(systemc::make_rtl_backend(point), fault);
  systemc::VerifyOptions options;
  options.num_jobs = 100;
  options.seed = 11;
  return systemc::verify_devices(point, options, {&faulty});
}

}  // namespace

TEST_CASE("the sound array passes the same path", "[cosim]") {
  const auto report = verify_with([](const gemm::GemmJob&, gemm::Accumulators&, gemm::JobCycles&) {});
  INFO(report.first_mismatch);
  CHECK(report.equal);
  CHECK(report.first_mismatch.empty());
}

TEST_CASE("one flipped bit in one random job is reported with its element and operands", "[cosim]") {
  std::int64_t expected = 0;
  const auto report = verify_with([&](const gemm::GemmJob& job, gemm::Accumulators& out, gemm::JobCycles&) {
    if (job.layer.find("random job 37 ") == std::string::npos) return;
    expected = out.narrow.back();
    out.narrow.back() ^= 1 << 9;
  });
  CHECK_FALSE(report.equal);
  CHECK(report.num_random_jobs == 38);
  CHECK_THAT(report.first_mismatch, Catch::Contains("random job 37 of seed 11") &&
                                        Catch::Contains("expected " + std::to_string(expected) + ", found " +
                                                        std::to_string(expected ^ (1 << 9))) &&
                                        Catch::Contains("a row") && Catch::Contains("b row"));
  CHECK(report.first_mismatch.find('\n') == std::string::npos);
}

TEST_CASE("one cycle too many, or moved from compute to fill/drain, is reported", "[cosim]") {
  const auto late = verify_with([](const gemm::GemmJob& job, gemm::Accumulators&, gemm::JobCycles& cycles) {
    if (job.layer.find("random job 5 ") != std::string::npos) ++cycles.fill_drain;
  });
  CHECK_FALSE(late.equal);
  CHECK_THAT(late.first_mismatch, Catch::Contains("fill/drain cycles, found"));
  const auto moved = verify_with([](const gemm::GemmJob& job, gemm::Accumulators&, gemm::JobCycles& cycles) {
    if (job.layer.find("random job 5 ") == std::string::npos) return;
    ++cycles.fill_drain;
    --cycles.compute;
  });
  CHECK_FALSE(moved.equal);
}

TEST_CASE("a wide sum cut to 32 bits is reported", "[cosim]") {
  const auto report = verify_with([](const gemm::GemmJob&, gemm::Accumulators& out, gemm::JobCycles&) {
    for (std::int64_t& sum : out.wide) sum = static_cast<std::int32_t>(sum);
  });
  CHECK_FALSE(report.equal);
  CHECK_THAT(report.first_mismatch, Catch::Contains("parts"));
}

TEST_CASE("the first mismatch repeats for a seed", "[cosim]") {
  const Fault fault = [](const gemm::GemmJob& job, gemm::Accumulators& out, gemm::JobCycles&) {
    if (!out.narrow.empty() && job.k() % 7 == 3) out.narrow.front() += 1;
  };
  const auto first = verify_with(fault), again = verify_with(fault);
  CHECK_FALSE(first.equal);
  CHECK(first.first_mismatch == again.first_mismatch);
}
