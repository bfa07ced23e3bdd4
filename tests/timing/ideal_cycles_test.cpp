#include "timing/ideal_cycles.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "timing/tile_cycles.h"

namespace ampa::timing {
namespace {

constexpr CodeFormat kActivation8{8, false}, kWeight8{8, true};

gemm::JobShape int8_shape(std::int64_t m, std::int64_t n, std::int64_t k) {
  return {m, n, k, kActivation8, kWeight8};
}

}  // namespace

TEST_CASE("ideal cycles are SCALE-Sim's for ResNet-20's layers on a 16 x 16 array") {
  struct {
    std::int64_t m, n, k, os, ws;
  } layers[] = {{1024, 16, 27, 3647, 2139}, {256, 32, 288, 10175, 10871}, {64, 64, 576, 9695, 15839}};
  for (const auto& layer : layers) {
    const gemm::JobShape shape = int8_shape(layer.m, layer.n, layer.k);
    CHECK(ideal_cycles(Dataflow::kOutputStationary, shape, 16, 16) == layer.os);
    CHECK(ideal_cycles(Dataflow::kWeightStationary, shape, 16, 16) == layer.ws);
  }
  // conv15 at batch 64.
  CHECK(ideal_cycles(Dataflow::kOutputStationary, int8_shape(64 * 64, 64, 576), 16, 16) == 620543);
}

TEST_CASE("ideal cycles of an array that is not square, and of nothing") {
  CHECK(ideal_cycles(Dataflow::kOutputStationary, int8_shape(9, 5, 7), 4, 2) == 3 * 3 * (7 + 4 + 2 - 2) - 1);
  CHECK(ideal_cycles(Dataflow::kWeightStationary, int8_shape(9, 5, 7), 4, 2) == 2 * 3 * (9 + 8 + 2 - 2) - 1);
  CHECK_THROWS_AS(ideal_cycles(Dataflow::kOutputStationary, int8_shape(0, 5, 7), 4, 2), InputError);
  CHECK_THROWS_AS(ideal_cycles(Dataflow::kWeightStationary, int8_shape(9, 5, 7), 4, 0), InputError);
}

TEST_CASE("the example of docs/scale_sim.md adds up") {
  const gemm::JobShape shape = int8_shape(100, 20, 50);
  const IdealGap os = ideal_gap(point_from_string("int8-16x16"), shape);
  CHECK(ideal_cycles(Dataflow::kOutputStationary, shape, 16, 16) == 1119);
  CHECK(os.words == 0);
  CHECK(os.start == 14);
  CHECK(os.registers == 28);
  CHECK(os.drain == 200);
  CHECK(os.unused == -108);
  CHECK(os.last_cycle == 1);
  CHECK(job_cycles(point_from_string("int8-16x16"), shape).total() == 1254);

  gemm::JobShape four = shape;
  four.a.bits = four.b.bits = 4;
  const IdealGap packed = ideal_gap(point_from_string("fused-16x16"), four);
  CHECK(packed.words == -518);
  CHECK(packed.total() - packed.words == os.total());
  CHECK(job_cycles(point_from_string("fused-16x16"), four).total() == 736);

  const IdealGap ws = ideal_gap(point_from_string("int8-ws-16x16"), shape);
  CHECK(ideal_cycles(Dataflow::kWeightStationary, shape, 16, 16) == 1167);
  CHECK(ws.words == 0);
  CHECK(ws.start == 8);
  CHECK(ws.registers == 32);
  CHECK(ws.drain == 0);
  CHECK(ws.unused == -28);
  CHECK(job_cycles(point_from_string("int8-ws-16x16"), shape).total() == 1180);
}

TEST_CASE("ideal cycles and the gap's terms are the cycles of the job, and its kinds of tiles add up to them") {
  std::size_t checked = 0;
  for (const char* name : {"fused-16x16", "fused-3x7", "fused-1x1", "fused-ws-16x16", "int8-16x16", "int8-5x4",
                           "int8-ws-3x4", "serial-16x16", "serial-ws-7x3", "par8-2x3", "r4s-5x3", "bricks-3x7",
                           "pack2-4x6", "pack2-16x16", "int8p-2x3"}) {
    const HardwarePoint point = point_from_string(name);
    for (const std::int64_t m : {1, 16, 17, 100})
      for (const std::int64_t n : {1, 16, 33})
        for (const std::int64_t k : {1, 27, 256, 33026, 150000})
          for (const CodeFormat a : {CodeFormat{8, false}, CodeFormat{6, true}, CodeFormat{4, false}}) {
            const gemm::JobShape shape{m, n, k, a, kWeight8};
            CAPTURE(name, m, n, k, a.bits);
            const gemm::JobCycles cycles = job_cycles(point, shape);
            const IdealGap gap = ideal_gap(point, shape);
            CHECK(ideal_cycles(point.dataflow, shape, point.rows, point.cols) + gap.total() == cycles.total());
            CHECK(gap.unused <= 0);
            gemm::JobCycles sum;
            for (const TileKind& tile : tile_kinds(point, shape)) {
              const gemm::JobCycles one = tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols);
              sum.compute += tile.count * one.compute;
              sum.fill_drain += tile.count * one.fill_drain;
            }
            CHECK(sum.compute == cycles.compute);
            if (!pe_formats(point.pe).is_grid) CHECK(sum == cycles);  // grids overlap their tiles
            ++checked;
          }
  }
  CHECK(checked == 15 * 4 * 3 * 5 * 3);
}

TEST_CASE("with 8-bit operands and full tiles only the drain, three cycles a tile and the last cycle remain") {
  const HardwarePoint point = point_from_string("fused-16x16");
  const gemm::JobShape shape = int8_shape(256, 32, 288);
  const std::int64_t tiles = 16 * 2;
  CHECK(job_cycles(point, shape).total() == 10175 + tiles * (16 + 1 + 2) + 1);
  const HardwarePoint ws = point_from_string("fused-ws-16x16");
  CHECK(job_cycles(ws, shape).total() == 10871 + 18 * 2 * (1 + 4) + 1);
}

}  // namespace ampa::timing
