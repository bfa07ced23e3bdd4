#include <algorithm>
#include <catch2/catch.hpp>

#include "array/array_backend.h"
#include "common/error.h"
#include "timing/tile_cycles.h"
#include "verify/job_generator.h"

using namespace ampa;

namespace {

// The closed form's meaning: every part, every tile, one after the other.
gemm::JobCycles sum_of_tiles(const timing::HardwarePoint& point, const gemm::JobShape& shape) {
  gemm::JobCycles sum;
  const std::int64_t part_depth = numerics::max_accumulator_depth(shape.a, shape.b);
  for (std::int64_t k = 0; k < shape.k; k += part_depth)
    for (std::int64_t m = 0; m < shape.m; m += point.rows)
      for (std::int64_t n = 0; n < shape.n; n += point.cols) {
        const std::int64_t steps = timing::num_steps(point, shape.a, shape.b, std::min(part_depth, shape.k - k));
        const gemm::JobCycles tile =
            timing::tile_cycles(steps, std::min(point.rows, shape.m - m), std::min(point.cols, shape.n - n));
        sum.compute += tile.compute;
        sum.fill_drain += tile.fill_drain;
      }
  return sum;
}

}  // namespace

TEST_CASE("job_cycles is the sum over parts and tiles", "[cosim][timing]") {
  for (const char* name : {"fused-16x16", "fused-8x4", "fused-3x7", "fused-1x1", "fused-32x5"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    for (const std::int64_t m : {1, 2, 16, 17, 100})
      for (const std::int64_t n : {1, 5, 16, 33})
        for (const std::int64_t k : {1, 16, 27, 33025, 33026, 131072, 300000})
          for (const CodeFormat a : {CodeFormat{8, false}, CodeFormat{4, true}, CodeFormat{3, true}}) {
            const gemm::JobShape shape{m, n, k, a, {8, false}};
            CHECK(timing::job_cycles(point, shape) == sum_of_tiles(point, shape));
          }
  }
}

TEST_CASE("products per cycle by width pair", "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-16x16");
  const std::int64_t expected[4][4] = {{16, 8, 4, 4}, {8, 4, 2, 2}, {4, 2, 1, 1}, {4, 2, 1, 1}};
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b)
      CHECK(timing::macs_per_cycle(point, {2 * a + 2, true}, {2 * b + 2, false}) == expected[a][b]);
  CHECK(timing::macs_per_cycle(point, {3, true}, {3, false}) == 4);
  CHECK(timing::macs_per_cycle(point, {5, true}, {7, false}) == 1);
  CHECK_THROWS_AS(timing::macs_per_cycle(point, {9, true}, {8, true}), InputError);
}

TEST_CASE("a job without extent is refused", "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-16x16");
  CHECK_THROWS_AS(timing::job_cycles(point, {0, 1, 1, {}, {}}), InputError);
  CHECK_THROWS_AS(timing::job_cycles(point, {1, 1, 0, {}, {}}), InputError);
}

TEST_CASE("points: the file's, any other size, and what is refused", "[cosim][timing]") {
  CHECK(timing::design_points().size() >= 4);
  CHECK(timing::point_from_string("fused-16x16").verilated);
  const timing::HardwarePoint odd = timing::point_from_string("fused-1024x7");
  CHECK_FALSE(odd.verilated);
  CHECK(odd.rows == 1024);
  CHECK(odd.cols == 7);
  for (const char* name : {"", "fused", "fused-", "fused-16", "fused-16x", "fused-x16", "fused-0x4", "fused-1025x4",
                           "fused-4x4x4", "fused--4x4", "fused-04x4", "serial-4x4", "fused-4x4 ", "fused-4X4"})
    CHECK_THROWS_WITH(timing::point_from_string(name), Catch::Contains("fused-ROWSxCOLS") && Catch::Contains(name));
}

TEST_CASE("simulated time advances by the cycles of the job", "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-8x4");
  systemc::ArrayBackend rtl("rtl", point, systemc::make_verilated_model(point));
  systemc::ArrayBackend tlm("tlm", point, systemc::make_transaction_model(point));
  std::int64_t expected = 0;
  for (std::int64_t index = 0; index < 5; ++index) {
    const auto generated = systemc::random_job(point, 2, index);
    gemm::Accumulators out;
    expected += timing::job_cycles(point, generated->job.shape()).total();
    rtl.run(generated->job, out);
    tlm.run(generated->job, out);
    CHECK(rtl.simulated_cycles() == expected);
    CHECK(tlm.simulated_cycles() == expected);
  }
}
