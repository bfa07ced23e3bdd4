#include "commands/compare_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/output.h"
#include "common/error.h"
#include "cost/device_fill.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

using cost::Budget;
using cost::Fill;
using cost::LutCount;
using timing::HardwarePoint;
using timing::Pe;

constexpr std::pair<Bits, Bits> kShownPairs[] = {{8, 8}, {6, 8}, {6, 6}, {4, 8}, {4, 6}, {4, 4}};

// What stands together on a device: int8 without and with DSPs, mixed precision without and with them, and all.
struct Design {
  const char* name;
  std::vector<Pe> kinds;
};
const std::vector<Design>& designs() {
  static const std::vector<Design> table{
      {"par8", {Pe::kPar8}},
      {"int8p", {Pe::kInt8p}},
      {"int8p + par8, mul8", {Pe::kInt8p, Pe::kPar8, Pe::kMul8}},
      {"bricks", {Pe::kBricks}},
      {"r4s", {Pe::kR4s}},
      {"pack2", {Pe::kPack2}},
      {"pack2 + r4s", {Pe::kPack2, Pe::kR4s}},
      {"best of all", {Pe::kInt8p, Pe::kPar8, Pe::kMul8, Pe::kBricks, Pe::kR4s, Pe::kPack2}},
  };
  return table;
}
constexpr std::size_t kBaseline = 2;

// The points asked for, or of every element of a grid the largest that was synthesised.
std::vector<HardwarePoint> chosen_units(const DeviceFlags& flags) {
  const std::vector<std::string> known = cost::synthesised_grids();
  std::vector<HardwarePoint> units;
  for (const std::string& name : flags.points) {
    units.push_back(timing::point_from_string(name));
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError(
          fmt::format("points: expected grids of rtl/synth/grid_area.json to fill a device with, found '{}'", name));
  }
  if (!units.empty()) return units;
  for (const std::string& name : known) {
    const HardwarePoint point = timing::point_from_string(name);
    const auto same =
        std::find_if(units.begin(), units.end(), [&](const HardwarePoint& unit) { return unit.pe == point.pe; });
    if (same == units.end())
      units.push_back(point);
    else if (point.rows * point.cols > same->rows * same->cols)
      *same = point;
  }
  return units;
}

struct Filled {
  std::string name;
  std::vector<Fill> fills;
  Budget used;
};

std::vector<Filled> fill_all(const std::vector<HardwarePoint>& units, const std::vector<cost::PairShare>& mix,
                             const Budget& budget, LutCount count) {
  std::vector<Filled> all;
  for (const Design& design : designs()) {
    std::vector<HardwarePoint> own;
    for (const HardwarePoint& unit : units)
      if (std::find(design.kinds.begin(), design.kinds.end(), unit.pe) != design.kinds.end()) own.push_back(unit);
    const std::vector<Fill> fills = cost::fill_device(own, mix, budget, count);
    all.push_back({design.name, fills, cost::used(fills, count)});
  }
  return all;
}

std::string counts_of(const Filled& filled) {
  std::string text;
  for (const Fill& fill : filled.fills)
    if (fill.count > 0) text += fmt::format("{}{:.2f} x {}", text.empty() ? "" : ", ", fill.count, fill.point.name);
  return text.empty() ? "nothing" : text;
}

void print_design(const std::vector<Filled>& all, const std::vector<cost::PairShare>& mix, double clock_mhz) {
  const double baseline = cost::mix_rate(all[kBaseline].fills, mix);
  Json rows = Json::array();
  for (const Filled& filled : all) {
    Json row{{"design", filled.name}};
    for (const auto& [narrow, wide] : kShownPairs)
      row[fmt::format("{}x{}", narrow, wide)] = fmt::format("{:.0f}", cost::pair_rate(filled.fills, narrow, wide));
    const double rate = cost::mix_rate(filled.fills, mix);
    row["mix"] = fmt::format("{:.0f}", rate);
    row["mix GMAC/s"] = fmt::format("{:.1f}", rate * clock_mhz / 1000);
    row["of " + all[kBaseline].name] = baseline > 0 ? fmt::format("{:.3f}", rate / baseline) : "-";
    row["LUT"] = fmt::format("{:.0f}", filled.used.lut);
    row["DSP48E1"] = fmt::format("{:.0f}", filled.used.dsp48e1);
    row["BRAM36"] = fmt::format("{:.0f}", filled.used.bram36);
    row["arrays"] = counts_of(filled);
    rows.push_back(row);
  }
  print_table(rows);
}

Json to_json(const std::vector<Filled>& all, const std::vector<cost::PairShare>& mix, double clock_mhz) {
  Json rows = Json::array();
  for (const Filled& filled : all) {
    Json row{{"design", filled.name}};
    row["arrays"] = Json::array();
    for (const Fill& fill : filled.fills) row["arrays"].push_back({{"point", fill.point.name}, {"count", fill.count}});
    row["used"] = {{"lut", filled.used.lut}, {"dsp48e1", filled.used.dsp48e1}, {"bram36", filled.used.bram36}};
    row["pairs"] = Json::array();
    for (const auto& [narrow, wide] : kShownPairs) {
      const double rate = cost::pair_rate(filled.fills, narrow, wide);
      row["pairs"].push_back({{"narrow_bits", narrow},
                              {"wide_bits", wide},
                              {"macs_per_cycle", rate},
                              {"macs_per_second", rate * clock_mhz * 1e6}});
    }
    const double rate = cost::mix_rate(filled.fills, mix);
    row["mix"] = {{"macs_per_cycle", rate}, {"macs_per_second", rate * clock_mhz * 1e6}};
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

void compare_device(const DeviceFlags& flags) {
  const cost::Device device = cost::reference_device();
  if (flags.device != device.name)
    throw InputError(fmt::format("device: expected {}, found '{}'", device.name, flags.device));
  const std::vector<cost::PairShare> mix = cost::mac_mix(record::read_record(flags.record), flags.record);
  const std::vector<HardwarePoint> units = chosen_units(flags);
  const Budget budget{static_cast<double>(device.lut) * flags.lut_percent / 100, static_cast<double>(device.dsp48e1),
                      static_cast<double>(device.bram36)};
  const std::vector<Filled> sites = fill_all(units, mix, budget, LutCount::kSites);
  const std::vector<Filled> cells = fill_all(units, mix, budget, LutCount::kCells);
  if (flags.json) {
    Json shares = Json::array();
    for (const cost::PairShare& pair : mix)
      shares.push_back({{"narrow_bits", pair.narrow}, {"wide_bits", pair.wide}, {"share", pair.share}});
    print_json({{"schema_version", 1},
                {"context", record::make_context(1)},
                {"config",
                 {{"record", flags.record},
                  {"points", flags.points},
                  {"device", flags.device},
                  {"lut_percent", flags.lut_percent},
                  {"clock_mhz", flags.clock_mhz}}},
                {"results",
                 {{"mix", shares},
                  {"by_lut_sites", to_json(sites, mix, flags.clock_mhz)},
                  {"by_lut_cells", to_json(cells, mix, flags.clock_mhz)}}}});
    return;
  }
  std::string text;
  for (const cost::PairShare& pair : mix)
    text += fmt::format("{}{}x{} {:.3f}", text.empty() ? "" : ", ", pair.narrow, pair.wide, pair.share);
  print(
      fmt::format("{}: {} DSP48E1, {} % of {} LUT, {} block RAMs; one clock of {} MHz for all, nothing placed\n"
                  "mix of the record by MACs: {}\nMACs per cycle while computing, mixtures chosen for the mix\n",
                  device.name, device.dsp48e1, flags.lut_percent, device.lut, device.bram36, flags.clock_mhz, text));
  print("\nby LUT sites (cells, and carry bits whose LUT is a route-through)\n");
  print_design(sites, mix, flags.clock_mhz);
  print("\nby LUT cells\n");
  print_design(cells, mix, flags.clock_mhz);
}

}  // namespace ampa::commands
