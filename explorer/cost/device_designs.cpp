#include "cost/device_designs.h"

#include <fmt/format.h>

#include <algorithm>

namespace ampa::cost {

std::vector<Unit> computing_units(const std::vector<timing::HardwarePoint>& points, const std::vector<PairShare>& mix) {
  std::vector<Unit> units;
  for (const timing::HardwarePoint& point : points)
    units.push_back({point, mix_rate(point, mix), area_of(point).with_dsp});
  return units;
}

std::vector<Unit> run_units(const std::vector<timing::HardwarePoint>& points, const record::RunRecord& record,
                            const std::string& source) {
  std::vector<Unit> units;
  for (const timing::HardwarePoint& point : points)
    units.push_back({point, run_rate(point, record, source), area_of(point).with_dsp});
  return units;
}

const std::vector<Design>& device_designs() {
  using timing::Pe;
  static const std::vector<Design> table{
      {"par8, mul8", {Pe::kPar8, Pe::kMul8}},
      {"int8p", {Pe::kInt8p}},
      {"int8p + par8, mul8", {Pe::kInt8p, Pe::kPar8, Pe::kMul8}},
      {"bricks", {Pe::kBricks}},
      {"r4s", {Pe::kR4s}},
      {"pack2", {Pe::kPack2}},
      {"pack2 + r4s", {Pe::kPack2, Pe::kR4s}},
      {"int8p + r4s", {Pe::kInt8p, Pe::kR4s}},
      {"best of all", {Pe::kInt8p, Pe::kPar8, Pe::kMul8, Pe::kBricks, Pe::kR4s, Pe::kPack2}},
  };
  return table;
}

std::vector<FilledDesign> fill_designs(const std::vector<Unit>& units, const Budget& budget, LutCount count) {
  std::vector<FilledDesign> all;
  for (const Design& design : device_designs()) {
    std::vector<Unit> own;
    for (const Unit& unit : units)
      if (std::find(design.kinds.begin(), design.kinds.end(), unit.point.pe) != design.kinds.end()) own.push_back(unit);
    const std::vector<Fill> fills = fill_device(own, budget, count);
    all.push_back({design.name, fills, used(fills, count)});
  }
  return all;
}

double gain(const std::vector<FilledDesign>& designs, const FilledDesign& design) {
  const double int8 = rate_of(designs[kInt8Design].fills);
  return int8 > 0 ? rate_of(design.fills) / int8 : 0;
}

std::string arrays_of(const FilledDesign& design) {
  std::string text;
  for (const Fill& fill : design.fills)
    if (fill.count > 0)
      text += fmt::format("{}{:.2f} x {}", text.empty() ? "" : ", ", fill.count, fill.unit.point.name);
  return text.empty() ? "nothing" : text;
}

}  // namespace ampa::cost
