#include "commands/compare_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/output.h"
#include "common/error.h"
#include "cost/device_designs.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

using cost::Budget;
using cost::FilledDesign;
using cost::LutCount;
using timing::HardwarePoint;

constexpr std::pair<Bits, Bits> kShownPairs[] = {{8, 8}, {6, 8}, {6, 6}, {4, 8}, {4, 6}, {4, 4}};

struct Counting {
  LutCount count;
  const char *key, *words;
};
constexpr Counting kCountings[] = {
    {LutCount::kSites, "by_lut_sites", "LUT sites (cells, and carry bits whose LUT is a route-through)"},
    {LutCount::kCells, "by_lut_cells", "LUT cells"}};

// What mixtures are chosen for.
struct Aim {
  const char *key, *words;
  std::vector<cost::Unit> units;
};

// The points asked for, or every synthesised grid.
std::vector<HardwarePoint> chosen_points(const DeviceFlags& flags) {
  const std::vector<std::string> known = cost::synthesised_grids();
  std::vector<HardwarePoint> points;
  for (const std::string& name : flags.points.empty() ? known : flags.points) {
    points.push_back(timing::point_from_string(name));
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError(
          fmt::format("points: expected grids of rtl/synth/grid_area.json to fill a device with, found '{}'", name));
  }
  return points;
}

std::vector<Aim> aims(const std::vector<HardwarePoint>& points, const std::vector<cost::PairShare>& mix,
                      const record::RunRecord& record, const std::string& source) {
  return {
      {"computing", "while computing, on the mix", cost::computing_units(points, mix)},
      {"run", "over the whole run, with fill, drain and waits of its jobs", cost::run_units(points, record, source)}};
}

Json table_rows(const std::vector<FilledDesign>& designs, double clock_mhz) {
  Json rows = Json::array();
  for (const FilledDesign& design : designs) {
    const double rate = cost::rate_of(design.fills);
    Json row{{"design", design.name}};
    row["MACs/cycle"] = fmt::format("{:.0f}", rate);
    row["GMAC/s"] = fmt::format("{:.1f}", rate * clock_mhz / 1000);
    row["of " + designs[cost::kInt8Design].name] = fmt::format("{:.3f}", cost::gain(designs, design));
    for (const auto& [narrow, wide] : kShownPairs)
      row[fmt::format("{}x{}", narrow, wide)] = fmt::format("{:.0f}", cost::pair_rate(design.fills, narrow, wide));
    row["LUT"] = fmt::format("{:.0f}", design.used.lut);
    row["DSP48E1"] = fmt::format("{:.0f}", design.used.dsp48e1);
    row["BRAM36"] = fmt::format("{:.0f}", design.used.bram36);
    row["arrays"] = cost::arrays_of(design);
    rows.push_back(row);
  }
  return rows;
}

Json to_json(const std::vector<FilledDesign>& designs, double clock_mhz) {
  Json rows = Json::array();
  const auto rate_json = [&](double rate) {
    return Json{{"macs_per_cycle", rate}, {"macs_per_second", rate * clock_mhz * 1e6}};
  };
  for (const FilledDesign& design : designs) {
    Json row{{"design", design.name}};
    row["arrays"] = Json::array();
    for (const cost::Fill& fill : design.fills)
      row["arrays"].push_back({{"point", fill.unit.point.name}, {"count", fill.count}});
    row["used"] = {{"lut", design.used.lut}, {"dsp48e1", design.used.dsp48e1}, {"bram36", design.used.bram36}};
    row["pairs"] = Json::array();
    for (const auto& [narrow, wide] : kShownPairs) {
      row["pairs"].push_back(rate_json(cost::pair_rate(design.fills, narrow, wide)));
      row["pairs"].back().update({{"narrow_bits", narrow}, {"wide_bits", wide}});
    }
    row["rate"] = rate_json(cost::rate_of(design.fills));
    row["of_int8"] = cost::gain(designs, design);
    rows.push_back(row);
  }
  return rows;
}

void print_as_json(const DeviceFlags& flags, const std::vector<cost::PairShare>& mix, const std::vector<Aim>& all_aims,
                   const Budget& budget) {
  Json results{{"mix", Json::array()}};
  for (const cost::PairShare& pair : mix)
    results["mix"].push_back({{"narrow_bits", pair.narrow}, {"wide_bits", pair.wide}, {"share", pair.share}});
  for (const Aim& aim : all_aims)
    for (const Counting& counting : kCountings)
      results[aim.key][counting.key] = to_json(cost::fill_designs(aim.units, budget, counting.count), flags.clock_mhz);
  print_json({{"schema_version", 2},
              {"context", record::make_context(1)},
              {"config",
               {{"record", flags.record},
                {"points", flags.points},
                {"device", flags.device},
                {"lut_percent", flags.lut_percent},
                {"clock_mhz", flags.clock_mhz}}},
              {"results", results}});
}

}  // namespace

void compare_device(const DeviceFlags& flags) {
  const cost::Device device = cost::reference_device();
  if (flags.device != device.name)
    throw InputError(fmt::format("device: expected {}, found '{}'", device.name, flags.device));
  const record::RunRecord record = record::read_record(flags.record);
  const std::vector<cost::PairShare> mix = cost::mac_mix(record, flags.record);
  const std::vector<Aim> all_aims = aims(chosen_points(flags), mix, record, flags.record);
  const Budget budget = cost::budget_of(device, flags.lut_percent);
  if (flags.json) {
    print_as_json(flags, mix, all_aims, budget);
    return;
  }
  std::string text;
  for (const cost::PairShare& pair : mix)
    text += fmt::format("{}{}x{} {:.3f}", text.empty() ? "" : ", ", pair.narrow, pair.wide, pair.share);
  print(
      fmt::format("{}: {} DSP48E1, {} % of {} LUT, {} block RAMs; one clock of {} MHz for all, nothing placed\n"
                  "mix of the record by MACs: {}\n",
                  device.name, device.dsp48e1, flags.lut_percent, device.lut, device.bram36, flags.clock_mhz, text));
  for (const Aim& aim : all_aims)
    for (const Counting& counting : kCountings) {
      print(fmt::format("\nMACs per cycle {}; by {}\n", aim.words, counting.words));
      print_table(table_rows(cost::fill_designs(aim.units, budget, counting.count), flags.clock_mhz));
    }
}

}  // namespace ampa::commands
