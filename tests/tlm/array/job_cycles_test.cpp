#include <algorithm>
#include <catch2/catch.hpp>

#include "common/error.h"
#include "rtl/array/verilated_model.h"
#include "timing/core_config.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"
#include "tlm/array/array_backend.h"
#include "tlm/array/transaction_model.h"
#include "verify/job_generator.h"

using namespace ampa;

namespace {

// The same for a grid: the tiles of all GEMMs and parts behind each other, in the order in which they are started.
gemm::JobCycles run_of_tiles(const timing::HardwarePoint& point, const gemm::JobShape& job) {
  const gemm::JobShape shape = timing::array_shape(point, job);
  gemm::JobCycles sum;
  timing::GridRun run(point);
  const timing::ArrayParts parts = timing::array_parts(point, shape);
  const std::int64_t pairs = timing::num_plane_pairs(point, shape.a, shape.b);
  const std::int64_t cols = timing::usable_cols(point, shape.a, shape.b);
  for (std::int64_t b = 0; b < shape.batch; ++b)
    for (std::int64_t i = 0; i < parts.count(); ++i)
      for (std::int64_t m = 0; m < shape.m; m += point.rows)
        for (std::int64_t n = 0; n < shape.n; n += cols)
          sum.add(run.add(timing::num_slices(point, shape.a, shape.b, parts[i].depth) * pairs,
                          std::min(point.rows, shape.m - m)),
                  1);
  sum.add(run.finish(), 1);
  CHECK(run.finish() == gemm::JobCycles{});
  return sum;
}

// The closed form's meaning: every part, every tile, one after the other.
gemm::JobCycles sum_of_tiles(const timing::HardwarePoint& point, const gemm::JobShape& shape) {
  gemm::JobCycles sum;
  const std::int64_t part_depth = timing::array_parts(point, shape).max_depth;
  const std::int64_t cols = timing::usable_cols(point, shape.a, shape.b);
  const auto add = [&](gemm::JobCycles tile) {
    sum.compute += tile.compute;
    sum.fill_drain += tile.fill_drain;
  };
  const auto tile = [&](std::int64_t steps, std::int64_t rows, std::int64_t rest) {
    add(timing::tile_cycles(point, shape.a, shape.b, steps, rows, std::min(cols, rest)));
  };
  for (std::int64_t k = 0; k < shape.k; k += part_depth) {
    const std::int64_t slices = timing::num_slices(point, shape.a, shape.b, std::min(part_depth, shape.k - k));
    for (std::int64_t n = 0; n < shape.n; n += cols) {
      if (point.dataflow == timing::Dataflow::kOutputStationary) {
        for (std::int64_t m = 0; m < shape.m; m += point.rows)
          tile(slices, std::min(point.rows, shape.m - m), shape.n - n);
      } else {
        for (std::int64_t slice = 0; slice < slices; slice += point.rows)
          for (std::int64_t pair = 0; pair < timing::num_plane_pairs(point, shape.a, shape.b); ++pair)
            tile(shape.m, std::min(point.rows, slices - slice), shape.n - n);
      }
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("job_cycles is the sum over parts and tiles", "[cosim][timing]") {
  for (const char* name : {"fused-16x16", "fused-3x7", "fused-1x1", "fused-ws-16x16", "int8-5x4", "int8-ws-3x4",
                           "serial-16x16", "serial-ws-7x3"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    for (const std::int64_t m : {1, 2, 16, 17, 100})
      for (const std::int64_t n : {1, 5, 16, 33})
        for (const std::int64_t k : {1, 16, 27, 1000, 33025, 33026, 70000})
          for (const CodeFormat a : {CodeFormat{8, false}, CodeFormat{4, true}, CodeFormat{3, true}}) {
            const gemm::JobShape shape{m, n, k, a, {8, false}};
            CHECK(timing::job_cycles(point, shape) == sum_of_tiles(point, shape));
          }
  }
}

TEST_CASE("job_cycles of a grid is the run of all its tiles", "[cosim][timing]") {
  int checked = 0;
  for (const char* name : {"mul8-5x4", "mul8-1x3", "mul8-4x1", "mul8-3x5", "par8-2x3", "par8-16x16", "r4s-3x2",
                           "r4s-1x1", "bricks-3x7", "pack2-4x6", "pack2-32x2", "int8p-2x5"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    for (const std::int64_t m : {1, 2, 5, 17, 100})
      for (const std::int64_t n : {1, 5, 33})
        for (const std::int64_t k : {1, 2, 27, 144, 33025, 33026, 70000})
          for (const std::int64_t batch : {1, 3})
            for (const CodeFormat a : {CodeFormat{8, false}, CodeFormat{4, true}, CodeFormat{3, true}}) {
              const gemm::JobShape shape{m, n, k, a, {8, false}, batch};
              CAPTURE(name, m, n, k, batch, a.bits);
              CHECK(timing::job_cycles(point, shape) == run_of_tiles(point, shape));
              ++checked;
            }
  }
  CHECK(checked == 12 * 5 * 3 * 7 * 2 * 3);
}

TEST_CASE("a job of digits runs as its transpose where that takes fewer passes, and a core takes no grid",
          "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("r4s-4x4");
  const CodeFormat s4{4, true}, s6{6, true}, u8{8, false};
  // 3 x 2 tiles, 3 slices in 2 passes; 6 registers, 4 columns and 4 more cycles until 4 rows leave.
  const gemm::JobCycles cycles = timing::job_cycles(point, {12, 8, 96, s4, u8});
  CHECK(cycles.compute == 3 * 2 * 3 * 2);
  CHECK(cycles.fill_drain == 6 + 4 + 4 + 4);
  // A slice in 2 passes: all tiles but the first wait 2 cycles for the 4 rows of the one before.
  CHECK(timing::job_cycles(point, {12, 8, 32, s4, u8}) == gemm::JobCycles{3 * 2 * 2, 18 + 5 * 2});
  CHECK(timing::job_cycles(point, {8, 12, 96, u8, s4}) == cycles);
  CHECK(timing::macs_per_cycle(point, s4, u8) == 16);
  CHECK(timing::macs_per_cycle(point, u8, s6) == Approx(32.0 / 3));
  CHECK(timing::macs_per_cycle(point, u8, u8) == 8);
  CHECK_THROWS_WITH(timing::core_from_string("r4s-4x4:a=4K"),
                    Catch::Contains("expected an array of int8, fused or serial"));
  CHECK_THROWS_AS(timing::point_from_string("r4s-ws-4x4"), InputError);
}

TEST_CASE("a packed array has all its columns for operands of four bits, and a tile of at most 1023 steps",
          "[cosim][timing]") {
  const timing::HardwarePoint pack2 = timing::point_from_string("pack2-4x6"),
                              int8p = timing::point_from_string("int8p-4x6");
  const CodeFormat s4{4, true}, u4{4, false}, s6{6, true}, u8{8, false};
  CHECK(timing::usable_cols(pack2, s4, u4) == 6);
  CHECK(timing::usable_cols(pack2, s4, s6) == 3);
  CHECK(timing::usable_cols(int8p, s4, s4) == 6);
  CHECK(timing::macs_per_cycle(pack2, s4, u4) == 8);
  CHECK(timing::macs_per_cycle(pack2, s6, s4) == 4);
  CHECK(timing::macs_per_cycle(int8p, s4, s4) == 8);
  // 5 registers, 3 (6) columns of elements and 6 more cycles until 3 rows leave.
  CHECK(timing::job_cycles(pack2, {3, 5, 20, s4, s4}) == gemm::JobCycles{3, 5 + 3 + 6 + 3});
  CHECK(timing::job_cycles(pack2, {3, 3, 20, s6, u8}) == gemm::JobCycles{3, 5 + 3 + 6 + 3});
  CHECK(timing::job_cycles(int8p, {3, 5, 20, s4, s4}) == gemm::JobCycles{3, 5 + 6 + 6 + 3});
  CHECK(timing::array_parts(pack2, {3, 5, 8184, s4, s4}).count() == 1);
  CHECK(timing::array_parts(pack2, {3, 5, 8185, s4, s4}).count() == 2);
  CHECK_THROWS_AS(timing::point_from_string("pack2-3x6"), InputError);
  CHECK_THROWS_AS(timing::point_from_string("pack2-4x5"), InputError);
  CHECK_NOTHROW(timing::point_from_string("int8p-4x5"));
}

TEST_CASE("products per cycle by width pair", "[cosim][timing]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-16x16");
  const std::int64_t expected[4][4] = {{16, 8, 4, 4}, {8, 4, 2, 2}, {4, 2, 1, 1}, {4, 2, 1, 1}};
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b)
      CHECK(timing::macs_per_cycle(point, {2 * a + 2, true}, {2 * b + 2, false}) == expected[a][b]);
  CHECK(timing::macs_per_cycle(point, {3, true}, {3, false}) == 4);
  CHECK(timing::macs_per_cycle(point, {5, true}, {7, false}) == 1);
  CHECK(timing::utilisation(point, {6, true}, {6, false}) == 9.0 / 16);
  const timing::HardwarePoint serial = timing::point_from_string("serial-4x4"),
                              int8 = timing::point_from_string("int8-4x4");
  CHECK(timing::macs_per_cycle(serial, {8, true}, {8, false}) == 0.5);
  CHECK(timing::macs_per_cycle(serial, {1, true}, {1, true}) == 32);
  CHECK(timing::utilisation(serial, {3, true}, {5, false}) == 1);
  CHECK(timing::macs_per_cycle(int8, {2, true}, {2, false}) == 1);
  CHECK(timing::utilisation(int8, {4, true}, {2, false}) == 0.125);
}

TEST_CASE("formats outside a point's contract are refused, with the limit", "[cosim][timing]") {
  const timing::HardwarePoint fused = timing::point_from_string("fused-ws-16x16");
  CHECK_THROWS_WITH(timing::job_cycles(fused, {1, 1, 1, {1, true}, {8, true}}),
                    Catch::Contains("fused-ws-16x16") && Catch::Contains("2..8") && Catch::Contains("two-level"));
  CHECK_THROWS_WITH(timing::macs_per_cycle(fused, {8, true}, {9, true}), Catch::Contains("found 9-bit"));
  const timing::HardwarePoint int8 = timing::point_from_string("int8-16x16");
  CHECK_THROWS_AS(timing::utilisation(int8, {8, true}, {1, true}), InputError);
  CHECK_THROWS_WITH(timing::job_cycles(timing::point_from_string("serial-1x1"), {1, 1, 1, {9, false}, {1, true}}),
                    Catch::Contains("1..8 bits or two levels"));
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
  const timing::HardwarePoint ws = timing::point_from_string("fused-ws-2x3-fast");
  CHECK(ws.dataflow == timing::Dataflow::kWeightStationary);
  CHECK(ws.form == timing::Form::kFast);
  CHECK(timing::point_from_string("int8-2x3").pe == timing::Pe::kInt8);
  for (const char* name : {"", "fused", "fused-", "fused-16", "fused-16x", "fused-x16", "fused-0x4", "fused-1025x4",
                           "fused-4x4x4", "fused--4x4", "fused-04x4", "serial-os-4x4", "fused-4x4 ", "fused-4X4",
                           "serial-4x4-fast", "fused-ws4x4", "fused-fast", "ws-4x4"})
    CHECK_THROWS_WITH(timing::point_from_string(name), Catch::Contains("PE[-ws]-ROWSxCOLS") && Catch::Contains(name));
}

TEST_CASE("simulated time advances by the cycles of the job", "[cosim][timing]") {
  for (const char* name : {"fused-8x4", "r4s-3x2"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    tlm::ArrayBackend rtl("rtl", point, rtl::make_verilated_model(point));
    tlm::ArrayBackend tlm("tlm", point, tlm::make_transaction_model(point));
    std::int64_t expected = 0;
    for (std::int64_t index = 0; index < 5; ++index) {
      const auto generated = verify::random_job(point, 2, index);
      gemm::Accumulators out;
      expected += timing::job_cycles(point, generated->job.shape()).total();
      rtl.run(generated->job, out);
      tlm.run(generated->job, out);
      CHECK(rtl.simulated_cycles() == expected);
      CHECK(tlm.simulated_cycles() == expected);
    }
  }
}
