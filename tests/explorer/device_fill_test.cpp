#include "cost/device_fill.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::cost {
namespace {

const std::vector<PairShare> kNarrow{{4, 4, 1.0}}, kHalf{{4, 4, 0.5}, {8, 8, 0.5}};

std::vector<timing::HardwarePoint> points(const std::vector<std::string>& names) {
  std::vector<timing::HardwarePoint> all;
  for (const std::string& name : names) all.push_back(timing::point_from_string(name));
  return all;
}

}  // namespace

TEST_CASE("a mix runs at the harmonic mean of its pairs' rates") {
  const timing::HardwarePoint r4s = timing::point_from_string("r4s-3x2");
  CHECK(pair_rate(r4s, 4, 4) == Approx(6 * 16));
  CHECK(pair_rate(r4s, 8, 8) == Approx(6 * 8));
  CHECK(mix_rate(r4s, kHalf) == Approx(6 * 32.0 / 3));
}

TEST_CASE("the mix of a record is that of its MACs over all epochs") {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}};
  record.steps_per_epoch = 3;
  record.jobs = {{"a", gemm::Pass::kForward, 10, 10, 10}, {"a", gemm::Pass::kWeightGradient, 10, 10, 30}};
  record.epochs.resize(2);
  record.epochs[0].bits = {{4, 4, 8}};
  record.epochs[1].bits = {{8, 4, 8}};
  const std::vector<PairShare> mix = mac_mix(record, "r");
  REQUIRE(mix.size() == 2);
  CHECK(mix[0].narrow == 4);
  CHECK(mix[0].wide == 4);
  CHECK(mix[0].share == Approx(1.0 / 8));
  CHECK(mix[1].wide == 8);
  CHECK(mix[1].share == Approx(7.0 / 8));
  CHECK_THROWS_AS(mac_mix({}, "r"), InputError);
}

TEST_CASE("a device is filled up to what is exhausted first, by one kind or by the best mixture") {
  const auto small = points({"r4s-3x2"});
  const CellCounts r4s = area_of(small.front()).with_dsp;
  const std::vector<Fill> one =
      fill_device(small, kNarrow, {10.0 * static_cast<double>(r4s.lut), 0, 1e6}, LutCount::kCells);
  CHECK(one.front().count == Approx(10));
  CHECK(used(one, LutCount::kCells).lut == Approx(10.0 * static_cast<double>(r4s.lut)));
  // Few block RAMs: they are the limit.
  CHECK(fill_device(small, kNarrow, {1e9, 0, 2 * bram36_of(small.front())}, LutCount::kCells).front().count ==
        Approx(2));

  const auto both = points({"pack2-4x6", "r4s-3x2"});
  const CellCounts pack2 = area_of(both.front()).with_dsp;
  const Budget budget{static_cast<double>(5 * pack2.sites + 7 * r4s.sites), static_cast<double>(5 * pack2.dsp48e1),
                      1e6};
  const std::vector<Fill> mixed = fill_device(both, kHalf, budget, LutCount::kSites);
  const double alone = mix_rate(fill_device(points({"r4s-3x2"}), kHalf, budget, LutCount::kSites), kHalf);
  CHECK(mix_rate(mixed, kHalf) >= alone);
  CHECK(used(mixed, LutCount::kSites).lut <= budget.lut * (1 + 1e-9));
  CHECK(used(mixed, LutCount::kSites).dsp48e1 <= budget.dsp48e1 * (1 + 1e-9));
  // No mixture of these counts does better: every corner was tried, so neither does one near the best.
  for (const double more : {0.1, 0.5, 1.0}) {
    std::vector<Fill> other = mixed;
    other.front().count += more;
    other.back().count -= more * static_cast<double>(pack2.sites) / static_cast<double>(r4s.sites);
    const Budget taken = used(other, LutCount::kSites);
    const bool fits = taken.dsp48e1 <= budget.dsp48e1 && other.back().count >= 0;
    if (fits) CHECK(mix_rate(other, kHalf) <= mix_rate(mixed, kHalf) * (1 + 1e-9));
  }
}

}  // namespace ampa::cost
