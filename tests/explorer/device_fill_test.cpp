#include "cost/device_fill.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "cost/device_designs.h"

namespace ampa::cost {
namespace {

// As if the point took these and did so much per cycle. r4s-3x2 takes 6 + 8 block RAMs.
Unit unit(const char* point, double rate, std::int64_t lut, std::int64_t dsps) {
  Unit made{timing::point_from_string(point), rate, {}};
  made.area.lut = lut;
  made.area.sites = 2 * lut;
  made.area.dsp48e1 = dsps;
  return made;
}

std::vector<double> counts(const std::vector<Fill>& fills) {
  std::vector<double> all;
  for (const Fill& fill : fills) all.push_back(fill.count);
  return all;
}

auto are(const std::vector<double>& expected) {
  return Catch::Matchers::Approx(expected);
}

}  // namespace

TEST_CASE("a device is filled up to what is exhausted first") {
  const std::vector<Unit> one{unit("r4s-3x2", 5, 100, 0)};
  CHECK_THAT(counts(fill_device(one, {1000, 0, 1e6}, LutCount::kCells)), are({10}));
  CHECK_THAT(counts(fill_device(one, {1000, 0, 1e6}, LutCount::kSites)), are({5}));
  CHECK_THAT(counts(fill_device(one, {1000, 0, 28}, LutCount::kCells)), are({2}));  // by block RAMs
  CHECK_THAT(counts(fill_device({unit("pack2-4x6", 5, 100, 4)}, {1000, 0, 1e6}, LutCount::kCells)), are({0}));
}

TEST_CASE("kinds that use DSPs and kinds that do not share a device as a linear program has it") {
  const Unit large = unit("pack2-4x6", 20, 100, 10), lean = unit("int8p-2x3", 9, 20, 5),
             plain = unit("r4s-3x2", 6, 50, 0);
  const Budget device{2000, 100, 1e6};
  // 100 DSPs make 10 of them; the other 1000 LUT are 20 without DSPs: 200 + 120.
  const std::vector<Fill> mixed = fill_device({large, plain}, device, LutCount::kCells);
  CHECK_THAT(counts(mixed), are({10, 20}));
  CHECK(rate_of(mixed) == Approx(320));
  const Budget taken = used(mixed, LutCount::kCells);
  CHECK(taken.lut == Approx(2000));
  CHECK(taken.dsp48e1 == Approx(100));
  CHECK(taken.bram36 == Approx(10 * bram36_of(large.point) + 20 * 14));
  // Fewer LUT: 0.2 MACs per cycle and LUT with DSPs, 0.12 without.
  CHECK_THAT(counts(fill_device({large, plain}, {500, 100, 1e6}, LutCount::kCells)), are({5, 0}));
  // The lean kind does less per DSP (1.8 and 2), and leaves LUTs that do more: 20 of it and 32 without DSPs do 372.
  CHECK_THAT(counts(fill_device({large, lean, plain}, device, LutCount::kCells)), are({0, 20, 32}));
  // Block RAMs too: three kinds, three limits.
  const double brams = 2 * bram36_of(large.point) + 16 * bram36_of(lean.point) + 10 * 14;
  const std::vector<Fill> three = fill_device({large, lean, plain}, {1020, 100, brams}, LutCount::kCells);
  CHECK(used(three, LutCount::kCells).bram36 <= brams * (1 + 1e-9));
  CHECK(rate_of(three) >= 2 * 20 + 16 * 9 + 10 * 6 - 1e-9);
}

TEST_CASE("the first of equal units is taken") {
  const Unit one = unit("r4s-3x2", 5, 100, 0), same = unit("r4s-2x1", 5, 100, 0);
  CHECK_THAT(counts(fill_device({one, same}, {1000, 0, 1e6}, LutCount::kCells)), are({10, 0}));
  CHECK_THAT(counts(fill_device({same, one}, {1000, 0, 1e6}, LutCount::kCells)), are({10, 0}));
}

TEST_CASE("designs take the kinds they name; gains are those over packed int8 with digit rows") {
  const std::vector<Unit> units{unit("pack2-4x6", 30, 100, 10), unit("int8p-2x3", 20, 100, 10),
                                unit("par8-2x3", 4, 50, 0), unit("r4s-3x2", 6, 50, 0)};
  const std::vector<FilledDesign> designs = fill_designs(units, {2000, 100, 1e6}, LutCount::kCells);
  const auto named = [&](const std::string& name) {
    return *std::find_if(designs.begin(), designs.end(), [&](const auto& design) { return design.name == name; });
  };
  CHECK(designs[kInt8Design].name == "int8p + par8, mul8");
  CHECK(rate_of(designs[kInt8Design].fills) == Approx(10 * 20 + 20 * 4));
  CHECK(arrays_of(named("pack2 + r4s")) == "10.00 x pack2-4x6, 20.00 x r4s-3x2");
  CHECK(gain(designs, named("pack2 + r4s")) == Approx(420.0 / 280));
  CHECK(arrays_of(named("bricks")) == "nothing");
  CHECK(gain(designs, named("best of all")) == Approx(420.0 / 280));
  CHECK(gain(fill_designs({units[0]}, {2000, 100, 1e6}, LutCount::kCells), named("pack2")) == 0);
}

}  // namespace ampa::cost
