#include "cost/mac_rates.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::cost {
namespace {

record::RunRecord small_run() {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}};
  record.steps_per_epoch = 3;
  record.jobs = {{"a", gemm::Pass::kForward, 10, 10, 10}, {"a", gemm::Pass::kWeightGradient, 10, 10, 30}};
  record.epochs.resize(2);
  record.epochs[0].bits = {{4, 4, 8}};
  record.epochs[1].bits = {{8, 4, 8}};
  return record;
}

}  // namespace

TEST_CASE("a mix runs at the harmonic mean of its pairs' rates") {
  const timing::HardwarePoint r4s = timing::point_from_string("r4s-3x2");
  CHECK(pair_rate(r4s, 4, 4) == Approx(6 * 16));
  CHECK(pair_rate(r4s, 8, 8) == Approx(6 * 8));
  CHECK(mix_rate(r4s, {{4, 4, 0.5}, {8, 8, 0.5}}) == Approx(6 * 32.0 / 3));
}

TEST_CASE("the mix of a record is that of its MACs over all epochs") {
  const std::vector<PairShare> mix = mac_mix(small_run(), "r");
  REQUIRE(mix.size() == 2);
  CHECK(mix[0].narrow == 4);
  CHECK(mix[0].wide == 4);
  CHECK(mix[0].share == Approx(1.0 / 8));
  CHECK(mix[1].wide == 8);
  CHECK(mix[1].share == Approx(7.0 / 8));
  CHECK_THROWS_AS(mac_mix({}, "r"), InputError);
}

TEST_CASE("the rate of a run counts start, fill and drain of every job") {
  // mul8 has 2 registers: the results of 10 x 10 on 8 x 8, whose last tile has 2 rows, leave 2 + 4 + 8 + 2 cycles after
  // the last of the K steps of four tiles.
  const timing::HardwarePoint mul8 = timing::point_from_string("mul8-8x8");
  CHECK(run_rate(mul8, small_run(), "r") == Approx(4000.0 / (4 * 10 + 16 + 4 * 30 + 16)));
  CHECK_THROWS_AS(run_rate(mul8, {}, "r"), InputError);
}

}  // namespace ampa::cost
