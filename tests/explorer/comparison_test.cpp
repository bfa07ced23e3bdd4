#include "cost/comparison.h"

#include <catch2/catch.hpp>

#include "common/json_reader.h"
#include "cost/pe_clock.h"
#include "cost/run_cost.h"

namespace ampa::cost {
namespace {

record::RunRecord one_layer() {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}};
  record.steps_per_epoch = 3;
  record.jobs = {{"a", gemm::Pass::kForward, 100, 20, 300}, {"a", gemm::Pass::kWeightGradient, 33, 44, 5555}};
  record::EpochResult first, second;
  first.bits = {{4, 4, 4}};
  second.epoch = 1;
  second.bits = {{8, 8, 8}};
  record.epochs = {first, second};
  return record;
}

const ModeRate& mode(const PointComparison& comparison, Bits kw, Bits ka) {
  for (const ModeRate& rate : comparison.modes)
    if (rate.kw == kw && rate.ka == ka) return rate;
  throw std::out_of_range("mode");
}

}  // namespace

TEST_CASE("a point's rates are those of its processing elements times their number") {
  const PointComparison fused = compare_point(timing::point_from_string("fused-8x4"), one_layer(), "r");
  CHECK(fused.modes.size() == 7 * 7);
  CHECK(mode(fused, 2, 2).macs_per_cycle == 16 * 32);
  CHECK(mode(fused, 4, 8).macs_per_cycle == 2 * 32);
  CHECK(mode(fused, 6, 6).utilisation == 9.0 / 16);
  const PointComparison int8 = compare_point(timing::point_from_string("int8-3x5"), one_layer(), "r");
  CHECK(mode(int8, 2, 2).macs_per_cycle == 15);
  CHECK(mode(int8, 8, 8).utilisation == 1);
  const PointComparison serial = compare_point(timing::point_from_string("serial-3x5"), one_layer(), "r");
  CHECK(mode(serial, 8, 8).macs_per_cycle == 15 * timing::kLanes / 64.0);
  CHECK(mode(serial, 1, 1).macs_per_cycle == 15 * timing::kLanes);
  CHECK(mode(serial, 3, 5).macs_per_cycle == 15 * timing::kLanes / 15.0);
}

TEST_CASE("a point has no rate for widths that it does not run") {
  const auto rates = [](const char* name) {
    return compare_point(timing::point_from_string(name), one_layer(), "r").modes;
  };
  for (const ModeRate& rate : rates("fused-8x4")) CHECK((rate.kw >= 2 && rate.ka >= 2));
  CHECK(rates("int8-3x5").size() == 7 * 8);  // signed codes of one bit have two levels, which int8 does not run
  CHECK(rates("serial-3x5").size() == 8 * 8);
}

TEST_CASE("a record's steps lie between those at 4 and at 8 bits, and are its mean") {
  for (const char* name : {"fused-8x4", "serial-ws-4x3", "fused-32x64"}) {
    const auto point = timing::point_from_string(name);
    const PointComparison comparison = compare_point(point, one_layer(), "r");
    REQUIRE(comparison.steps.size() == 3);
    const double int8 = comparison.steps[0].cycles_per_step, int4 = comparison.steps[1].cycles_per_step;
    CHECK(int4 < int8);
    CHECK(comparison.steps[2].cycles_per_step == Approx((int4 + int8) / 2));
  }
}

TEST_CASE("area is that of the array's synthesis, of the fast form as well") {
  const PointArea area = area_of(timing::point_from_string("fused-2x2"));
  CHECK(area.method == AreaMethod::kSynthesised);
  CHECK(area.no_dsp.lut > 4 * 200);
  CHECK(area.no_dsp.dsp48e1 == 0);
  CHECK(area.with_dsp.lut <= area.no_dsp.lut);
  CHECK(area_of(timing::point_from_string("fused-16x16-fast")).no_dsp.lut ==
        area_of(timing::point_from_string("fused-16x16")).no_dsp.lut);
  CHECK(reference_device().lut == 303600);
}

TEST_CASE("the area of any other size is composed of the synthesised ones") {
  for (const char* kind : {"int8-", "fused-", "serial-", "int8-ws-", "fused-ws-", "serial-ws-"}) {
    INFO(kind);
    const auto area = [&](const char* size) { return area_of(timing::point_from_string(kind + std::string(size))); };
    const PointArea small = area("16x16"), large = area("32x32");
    CHECK(small.method == AreaMethod::kComposed);
    // Elements outweigh the rest, and registers that delay rows and columns grow as the square of a side too.
    CHECK(large.no_dsp.lut == Approx(4 * small.no_dsp.lut).epsilon(0.1));
    CHECK(large.no_dsp.ff == Approx(4 * small.no_dsp.ff).epsilon(0.1));
    CHECK(small.no_dsp.lut > 256 * 200);
    CHECK(small.with_dsp.dsp48e1 == (std::string(kind).find("int8") == 0 ? 256 : 0));
    CHECK(area("7x11").no_dsp.lut > area("7x10").no_dsp.lut);
  }
}

TEST_CASE("LUT-seconds are LUTs times cycles over the clock") {
  PointComparison comparison;
  comparison.area = {AreaMethod::kSynthesised, {10, 0, 1, 0}, {500, 0, 0, 0}};
  CHECK(lut_seconds(comparison, {"int8", 1e6}, 100) == Approx(5));
}

TEST_CASE("a processing element's clock is the pre-layout one of its module, as arrays have it") {
  const Json timing = read_json_file(std::string(AMPA_SOURCE_DIR) + "/rtl/synth/timing.json");
  const auto mhz = [&timing](const std::string& name) {
    for (const Json& entry : timing["entries"])
      if (entry["name"] == name) return entry["pre_layout_mhz"].get<double>();
    throw std::out_of_range(name);
  };
  CHECK(pre_layout_mhz(timing::Pe::kInt8) == mhz("int8_pe"));
  CHECK(pre_layout_mhz(timing::Pe::kFused) == mhz("fused_pe"));
  CHECK(pre_layout_mhz(timing::Pe::kSerial) == mhz("serial_pe-32"));
}

TEST_CASE("a comparison states LUT-seconds at one clock and at the processing element's") {
  const PointComparison comparison = compare_point(timing::point_from_string("serial-ws-4x3"), one_layer(), "r");
  const Json json = to_json(comparison, 250);
  CHECK(json["pe_pre_layout_mhz"] == pre_layout_mhz(timing::Pe::kSerial));
  for (const Json& step : json["steps"])
    CHECK(step["lut_seconds_at_pe_clock"].get<double>() * pre_layout_mhz(timing::Pe::kSerial) ==
          Approx(step["lut_seconds"].get<double>() * 250));
}

}  // namespace ampa::cost
