#include "cost/grid_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cost/device_designs.h"
#include "cost/fair_baseline.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMinElements = 16;
constexpr double kLutPercent = 85;

constexpr const char* kTitle = R"(
## Where it pays, and where not

Arrays as instances of one element (rtl/grid, rtl/packed), synthesised whole ([area.md](area.md), "Grids"), over the whole recorded run in its own batch, with fill, drain and waits of its jobs (their tiles overlap, systemc/TIMING.md) and without a memory: a core takes no grid. Everything is against INT8 training on an int8 array; below 1 the recorded run takes less. Beside each array stands the int8 array of its kind (par8 beside r4s, mul8 beside bricks, int8p beside pack2) that is nearest in LUTs, and the **strongest**, which does INT8 training with least LUT sites x cycles of all of 16 elements and more without DSPs (beside pack2: with least DSP48E1 x cycles of those with them). One clock for all; nothing placed.

**Withdrawn:** that AMPA on the fused array costs 0.98 of the LUT x cycles of int8 without DSPs, and with it the last column of "At equal logic" and the second line of "Where it pays most" below. Both arrays were flat loops there, and the int8 multiplier one that the synthesiser had chosen.

)";

constexpr const char* kPairsHeader =
    R"(| array | against | LUT | its LUT | DSP48E1 | its DSP48E1 | fill/drain % | its fill/drain % | cycles | LUT x cycles | sites x cycles | DSP x cycles |
|---|---|---|---|---|---|---|---|---|---|---|---|
)";

double fill_drain_percent(const CycleCounts& cycles) {
  return 100.0 * static_cast<double>(cycles.fill_drain) / static_cast<double>(cycles.total());
}

std::string dsp_cell(double ratio) {
  return ratio > 0 ? fmt::format("{:.2f}", ratio) : "-";
}

std::string pairs_table(const std::vector<FairPair>& pairs) {
  std::string text = kPairsHeader;
  for (const FairPair& pair : pairs) {
    const LogicTime time = logic_time(pair);
    text += fmt::format(
        "| {} | {}{} | {} | {} | {} | {} | {:.1f} | {:.1f} | {:.3f} | {:.2f} | {:.2f} | {} |\n", pair.mixed.point.name,
        pair.int8.point.name, pair.baseline == Baseline::kStrongest ? ", strongest" : "", pair.mixed.area.lut,
        pair.int8.area.lut, pair.mixed.area.dsp48e1, pair.int8.area.dsp48e1, fill_drain_percent(pair.mixed.cost.total),
        fill_drain_percent(pair.int8.cost.int8_total), time.cycles, time.lut, time.sites, dsp_cell(time.dsp));
  }
  return text;
}

// Of every mixed element the array of least sites x cycles against the strongest int8, with its pairs.
std::vector<FairPair> best_pairs(const std::vector<FairPair>& pairs) {
  std::map<timing::Pe, FairPair> best;
  for (const FairPair& pair : pairs) {
    if (pair.baseline != Baseline::kStrongest) continue;
    const auto known = best.find(pair.mixed.point.pe);
    if (known == best.end() || logic_time(pair).sites < logic_time(known->second).sites)
      best.insert_or_assign(pair.mixed.point.pe, pair);
  }
  std::vector<FairPair> chosen;
  for (const auto& [pe, strongest] : best)
    for (const FairPair& pair : pairs)
      if (pair.mixed.point.name == strongest.mixed.point.name) chosen.push_back(pair);
  return chosen;
}

const char* verdict(const LogicTime& time) {
  const bool fewer_luts = time.lut < 1 && time.sites < 1;
  if (fewer_luts && time.dsp < 1) return "pays";
  return time.dsp > 0 && time.dsp < 1 ? "saves DSPs and costs LUTs" : "does not pay";
}

std::string verdicts(const std::vector<FairPair>& best) {
  std::string text;
  for (const FairPair& pair : best) {
    if (pair.baseline != Baseline::kStrongest) continue;
    const LogicTime time = logic_time(pair);
    text += fmt::format("- {}, the best of its sizes, {}: {:.2f} of the LUT x cycles, {:.2f} of the sites x cycles",
                        pair.mixed.point.name, verdict(time), time.lut, time.sites);
    if (time.dsp > 0) text += fmt::format(", {:.2f} of the DSP48E1 x cycles", time.dsp);
    text += fmt::format(" of INT8 training on {}.\n", pair.int8.point.name);
  }
  return text;
}

std::string layer_row(const std::string& name, const std::vector<FairPair>& best,
                      const std::vector<std::pair<CycleCounts, CycleCounts>>& cycles) {
  std::string text = fmt::format("| {} |", name);
  for (std::size_t i = 0; i < best.size(); ++i) {
    const LogicTime time = logic_time(best[i], cycles[i].first, cycles[i].second);
    text += fmt::format(" {:.3f}, {:.2f}", time.cycles, time.lut);
    text += time.dsp > 0 ? fmt::format(", {:.2f} |", time.dsp) : " |";
  }
  return text + "\n";
}

std::string layers_table(const std::vector<FairPair>& best) {
  if (best.empty()) return "";
  std::string text = "| layer |", rule = "|---|";
  for (const FairPair& pair : best)
    text += fmt::format(" {} / {} |", pair.mixed.point.name, pair.int8.point.name), rule += "---|";
  text += "\n" + rule + "\n";
  const auto rows = [&](const std::string& name, const auto& part) {
    std::vector<std::pair<CycleCounts, CycleCounts>> cycles;
    for (const FairPair& pair : best) cycles.emplace_back(part(pair.mixed.cost, false), part(pair.int8.cost, true));
    text += layer_row(name, best, cycles);
  };
  for (std::size_t i = 0; i < best.front().mixed.cost.layers.size(); ++i)
    rows(best.front().mixed.cost.layers[i].layer, [&](const RunCost& cost, bool at_int8) {
      return (at_int8 ? cost.layers[i].int8 : cost.layers[i].cycles).total();
    });
  for (const gemm::Pass pass : kPasses)
    rows(fmt::format("all, {}", gemm::to_string(pass)), [&](const RunCost& cost, bool at_int8) {
      CycleCounts sum;
      for (const LayerCost& layer : cost.layers) sum += (at_int8 ? layer.int8 : layer.cycles)[pass];
      return sum;
    });
  rows("all", [](const RunCost& cost, bool at_int8) { return at_int8 ? cost.int8_total : cost.total; });
  return text;
}

// What mixtures are chosen for, and how LUTs are counted.
struct Column {
  const char* words;
  std::vector<FilledDesign> designs;
};

std::vector<Column> device_columns(const record::RunRecord& record, const std::string& source) {
  std::vector<timing::HardwarePoint> points;
  for (const std::string& name : synthesised_grids()) points.push_back(timing::point_from_string(name));
  const std::vector<Unit> computing = computing_units(points, mac_mix(record, source));
  const std::vector<Unit> run = run_units(points, record, source);
  const Budget budget = budget_of(reference_device(), kLutPercent);
  return {{"computing, by sites", fill_designs(computing, budget, LutCount::kSites)},
          {"computing, by cells", fill_designs(computing, budget, LutCount::kCells)},
          {"whole run, by sites", fill_designs(run, budget, LutCount::kSites)},
          {"whole run, by cells", fill_designs(run, budget, LutCount::kCells)}};
}
constexpr std::size_t kRunBySites = 2;

std::string device_table(const std::vector<Column>& columns) {
  std::string text = "| design |", rule = "|---|";
  for (const Column& column : columns) text += fmt::format(" {} |", column.words), rule += "---|";
  text += fmt::format(" arrays, {} |\n{}---|\n", columns[kRunBySites].words, rule);
  for (std::size_t i = 0; i < device_designs().size(); ++i) {
    text += fmt::format("| {} |", device_designs()[i].name);
    for (const Column& column : columns)
      text +=
          fmt::format(" {:.0f} ({:.2f}) |", rate_of(column.designs[i].fills), gain(column.designs, column.designs[i]));
    text += fmt::format(" {} |\n", arrays_of(columns[kRunBySites].designs[i]));
  }
  return text;
}

// Of the designs for mixed precision that use DSPs and LUTs.
std::string device_verdicts(const std::vector<Column>& columns) {
  std::string text;
  for (std::size_t i = 0; i < device_designs().size(); ++i) {
    const std::vector<timing::Pe>& kinds = device_designs()[i].kinds;
    if (kinds.size() != 2 || std::none_of(kinds.begin(), kinds.end(), is_mixed)) continue;
    text += fmt::format("- On a whole device {} do", device_designs()[i].name);
    for (std::size_t c = 0; c < columns.size(); ++c)
      text += fmt::format("{} {:.2f} ({})", c == 0 ? "" : ",", gain(columns[c].designs, columns[c].designs[i]),
                          columns[c].words);
    text += fmt::format(" times the MACs per cycle of {}.\n", device_designs()[kInt8Design].name);
  }
  return text;
}

}  // namespace

std::string grid_section(const record::RunRecord& record, const std::string& source) {
  const std::vector<FairPair> pairs = fair_pairs(grid_runs(record, source), kMinElements);
  const std::vector<FairPair> best = best_pairs(pairs);
  const std::vector<Column> columns = device_columns(record, source);
  const Device device = reference_device();
  return kTitle + verdicts(best) + device_verdicts(columns) + "\n" + pairs_table(pairs) +
         "\n### By layer\n\nAll passes of a layer; cycles, LUT x cycles and, with DSPs, DSP48E1 x cycles against INT8 "
         "training on the array behind the stroke.\n\n" +
         layers_table(best) +
         fmt::format(
             "\n### A whole device\n\nMACs per cycle of a {} ({} DSP48E1, {:.0f} % of {} LUT, {} block RAMs) filled "
             "with the best mixture of the synthesised arrays (`ampa compare --device`), and in brackets over those of "
             "{}: while all of them compute, and over the whole run, where fill, drain and waits of jobs count. "
             "LUTs by sites or by cells.\n\n",
             device.name, device.dsp48e1, kLutPercent, device.lut, device.bram36, device_designs()[kInt8Design].name) +
         device_table(columns);
}

}  // namespace ampa::cost
