#include <catch2/catch.hpp>
#include <set>

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "verify/job_generator.h"
#include "verify/verify.h"

using namespace ampa;

TEST_CASE("rtl, tlm and reference agree on every point, and cycles equal the closed form", "[cosim]") {
  for (const timing::HardwarePoint& point : timing::design_points()) {
    systemc::VerifyOptions options;
    options.num_jobs = 200;
    options.seed = 7;
    const systemc::VerifyReport report = systemc::verify(point, options);
    INFO(report.first_mismatch);
    CHECK(report.equal);
    CHECK(report.num_random_jobs == 200);
    CHECK(report.num_directed_jobs > 300);
    CHECK(report.num_macs > 500'000);
    CHECK(report.num_cycles > 0);
  }
}

TEST_CASE("a generated job depends on its seed and index only", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  int num_other = 0;
  for (std::int64_t index = 0; index < 40; ++index) {
    const auto first = systemc::random_job(point, 3, index), again = systemc::random_job(point, 3, index);
    const auto other = systemc::random_job(point, 4, index);
    CHECK(first->a.bytes == again->a.bytes);
    CHECK(first->b.bytes == again->b.bytes);
    CHECK(first->job.m() == again->job.m());
    num_other += first->a.bytes != other->a.bytes;
  }
  CHECK(num_other >= 39);
}

TEST_CASE("random jobs reach every width, signedness, pass and kind of operand", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  std::set<std::pair<int, bool>> formats_a, formats_b;
  std::set<gemm::Pass> passes;
  int num_zero_points = 0, num_windows = 0, num_transposed = 0, num_dilated = 0;
  for (std::int64_t index = 0; index < 300; ++index) {
    const auto generated = systemc::random_job(point, 1, index);
    const gemm::GemmJob& job = generated->job;
    formats_a.insert({job.a.format().bits, job.a.format().is_signed});
    formats_b.insert({job.b.format().bits, job.b.format().is_signed});
    passes.insert(job.pass);
    for (const gemm::Operand* operand : {&job.a, &job.b}) {
      num_zero_points += operand->zero_point() != 0;
      num_windows += operand->kernel_height * operand->kernel_width > 1;
      num_transposed += operand->transposed;
      num_dilated += operand->tensor->dilation > 1;
    }
  }
  CHECK(formats_a.size() == 14);
  CHECK(formats_b.size() == 14);
  CHECK(passes.size() == 3);
  CHECK(num_zero_points > 100);
  CHECK(num_windows > 50);
  CHECK(num_transposed > 100);
  CHECK(num_dilated > 20);
}

TEST_CASE("verify refuses a point without RTL", "[cosim]") {
  CHECK_THROWS_AS(systemc::verify(timing::point_from_string("fused-5x5"), {}), InputError);
}
