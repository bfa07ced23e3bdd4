#include <catch2/catch.hpp>
#include <thread>

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "tlm/array/array_backends.h"
#include "verify/job_generator.h"

using namespace ampa;

namespace {

bool is_right(gemm::Backend& backend, const gemm::GemmJob& job) {
  gemm::ReferenceBackend reference;
  gemm::Accumulators expected, found;
  reference.run(job, expected);
  backend.run(job, found);
  return expected == found;
}

}  // namespace

TEST_CASE("a hundred backends one after the other, and many at once", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  std::vector<std::unique_ptr<gemm::Backend>> alive;
  for (std::int64_t i = 0; i < 100; ++i) {
    auto backend = i % 2 == 0 ? tlm::make_rtl_backend(point) : tlm::make_tlm_backend(point);
    const auto generated = verify::random_job(point, 5, i);
    REQUIRE(is_right(*backend, generated->job));
    if (i % 10 < 2) alive.push_back(std::move(backend));
  }
  // Interleaved, and destroyed in the order of their making.
  for (int round = 0; round < 3; ++round)
    for (const auto& backend : alive) REQUIRE(is_right(*backend, verify::random_job(point, 6, round)->job));
  CHECK(alive.size() == 20);
}

TEST_CASE("backends may be used from other threads", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  std::vector<std::thread> threads;
  std::vector<int> num_right(3, 0);
  for (std::size_t t = 0; t < num_right.size(); ++t)
    threads.emplace_back([&, t] {
      const auto backend = t == 0 ? tlm::make_rtl_backend(point) : tlm::make_tlm_backend(point);
      for (std::int64_t i = 0; i < 20; ++i)
        num_right[t] += is_right(*backend, verify::random_job(point, 10 + t, i)->job);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(num_right == std::vector<int>{20, 20, 20});
}

TEST_CASE("the tlm backend runs points without RTL, the rtl backend refuses them", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-5x7");
  const auto tlm = tlm::make_tlm_backend(point);
  for (std::int64_t i = 0; i < 30; ++i) CHECK(is_right(*tlm, verify::random_job(point, 8, i)->job));
  CHECK_THROWS_WITH(tlm::make_rtl_backend(point), Catch::Contains("fused-16x16") && Catch::Contains("fused-5x7"));
}

TEST_CASE("a job that breaks the contract is refused and the backend stays usable", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-4x4");
  const auto rtl = tlm::make_rtl_backend(point);
  const gemm::CodeTensor a = gemm::matrix({8, true}, 0, 2, 3, std::vector<std::int32_t>(6, 1));
  const gemm::CodeTensor b = gemm::matrix({8, true}, 0, 2, 4, std::vector<std::int32_t>(8, 1));
  gemm::GemmJob job;
  job.layer = "conv7";
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  gemm::Accumulators out;
  CHECK_THROWS_AS(rtl->run(job, out), InputError);
  CHECK(is_right(*rtl, verify::random_job(point, 1, 0)->job));
}
