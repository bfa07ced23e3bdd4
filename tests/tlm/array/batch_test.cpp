// Jobs of several GEMMs on the arrays: one GEMM after another, in the cycles that the closed form says.
#include <catch2/catch.hpp>

#include "../../gemm/random_groups.h"
#include "../../gemm/random_products.h"
#include "gemm/reference_backend.h"
#include "timing/ideal_cycles.h"
#include "timing/tile_cycles.h"
#include "tlm/array/array_backends.h"

using namespace ampa;

namespace {

// The jobs of the three passes of a layer.
template <typename Layer>
void check_layer(gemm::Backend& backend, const timing::HardwarePoint& point, Layer layer,
                 gemm::testing::Random& random) {
  gemm::ReferenceBackend reference;
  gemm::Accumulators expected, found;
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
    const gemm::testing::OwnedJob owned = layer.job(pass, {{8, false}, {4, true}, {6, true}}, 3, random);
    INFO(point.name << ", " << gemm::to_string(pass) << ", " << owned.job.layer);
    reference.run(owned.job, expected);
    const auto cycles = backend.run(owned.job, found);
    CHECK(found == expected);
    REQUIRE(cycles);
    CHECK(*cycles == timing::job_cycles(point, owned.job.shape()));
  }
}

// Convolutions in groups, and products of two activations.
void check_batches(gemm::Backend& backend, const timing::HardwarePoint& point, int count, std::uint64_t seed) {
  gemm::testing::Random random(seed);
  for (int i = 0; i < count; ++i) {
    check_layer(backend, point, gemm::testing::Convolution(gemm::testing::random_groups(random)), random);
    check_layer(backend, point, gemm::testing::Product(gemm::testing::random_product(random)), random);
  }
}

}  // namespace

TEST_CASE("batches on the transaction-level arrays: sums and cycles", "[cosim]") {
  for (const char* name : {"fused-4x4", "fused-ws-4x4", "int8-3x5", "serial-4x4"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    check_batches(*tlm::make_tlm_backend(point), point, 12, 41);
  }
}

TEST_CASE("batches on the verilated arrays: sums and cycles", "[cosim]") {
  for (const timing::HardwarePoint& point : timing::design_points()) {
    if (!point.verilated || point.rows * point.cols > 64) continue;
    check_batches(*tlm::make_rtl_backend(point), point, 2, 42);
  }
}

TEST_CASE("the cycles of a batch are those of its GEMMs, and of its tiles", "[timing]") {
  for (const char* name : {"fused-16x16", "int8-ws-3x4", "serial-7x3"}) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    gemm::JobShape shape{17, 5, 70000, {8, false}, {8, true}};
    const gemm::JobCycles one = timing::job_cycles(point, shape);
    shape.batch = 12;
    gemm::JobCycles twelve, of_tiles;
    twelve.add(one, 12);
    for (const timing::TileKind& tile : timing::tile_kinds(point, shape))
      of_tiles.add(timing::tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols), tile.count);
    CHECK(timing::job_cycles(point, shape) == twelve);
    CHECK(of_tiles == twelve);
    CHECK(timing::job_cycles(point, shape).total() ==
          timing::ideal_cycles(point.dataflow, shape, point.rows, point.cols) +
              timing::ideal_gap(point, shape).total());
  }
  CHECK_THROWS_AS(timing::job_cycles(timing::point_from_string("fused-16x16"), {1, 1, 1, {}, {}, 0}), InputError);
}
