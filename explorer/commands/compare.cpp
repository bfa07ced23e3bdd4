// `ampa compare`: hardware points side by side.
#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/compare_device.h"
#include "commands/output.h"
#include "cost/comparison.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string record;
  std::vector<std::string> points;
  double clock_mhz;
  bool json;
};

// Those asked for, or every design point in the form that is synthesised.
std::vector<timing::HardwarePoint> chosen_points(const Flags& flags) {
  std::vector<timing::HardwarePoint> points;
  for (const std::string& name : flags.points) points.push_back(timing::point_from_string(name));
  if (points.empty())
    for (const timing::HardwarePoint& point : timing::design_points())
      if (point.form == timing::Form::kSynthesised) points.push_back(point);
  return points;
}

void print_areas(const std::vector<cost::PointComparison>& comparisons) {
  const cost::Device device = cost::reference_device();
  Json rows = Json::array();
  for (const cost::PointComparison& comparison : comparisons) {
    const cost::CellCounts plain = comparison.area.no_dsp, with_dsp = comparison.area.with_dsp;
    rows.push_back(
        {{"point", comparison.point.name},
         {"area", cost::to_string(comparison.area.method)},
         {"LUT", plain.lut},
         {"FF", plain.ff},
         {"% LUT", fmt::format("{:.1f}", 100.0 * static_cast<double>(plain.lut) / static_cast<double>(device.lut))},
         {"LUT with DSP", with_dsp.lut},
         {"DSP48E1", with_dsp.dsp48e1}});
  }
  print_table(rows);
  print(fmt::format("cells after synthesis, before placement; % of a {} ({} LUT)\n", device.name, device.lut));
}

// One bit by one bit and the even widths; the rate is symmetric in kw and ka, so half of the pairs say it all.
constexpr std::pair<Bits, Bits> kShownModes[] = {{1, 1}, {2, 2}, {2, 4}, {2, 6}, {2, 8}, {4, 4},
                                                 {4, 6}, {4, 8}, {6, 6}, {6, 8}, {8, 8}};

// "-" where the point does not run the widths. Divided by LUTs / 1000 if these are asked for.
Json rates(const cost::PointComparison& comparison, std::optional<std::int64_t> lut) {
  Json row{{"kw/ka", comparison.point.name}};
  for (const auto& [kw, ka] : kShownModes) row[fmt::format("{}/{}", kw, ka)] = nullptr;
  for (const cost::ModeRate& mode : comparison.modes) {
    const auto shown = row.find(fmt::format("{}/{}", mode.kw, mode.ka));
    if (shown == row.end()) continue;
    *shown = lut ? fmt::format("{:.2f}", 1000 * mode.macs_per_cycle / static_cast<double>(*lut))
                 : fmt::format("{:.1f}", mode.macs_per_cycle);
  }
  return row;
}

void print_rates(const std::vector<cost::PointComparison>& comparisons) {
  Json plain = Json::array(), per_lut = Json::array(), with_dsp = Json::array();
  for (const cost::PointComparison& comparison : comparisons) {
    plain.push_back(rates(comparison, {}));
    per_lut.push_back(rates(comparison, comparison.area.no_dsp.lut));
    if (comparison.area.with_dsp.dsp48e1 == 0) continue;
    with_dsp.push_back(rates(comparison, comparison.area.with_dsp.lut));
    with_dsp.back()["DSP48E1"] = comparison.area.with_dsp.dsp48e1;
  }
  print("\nMACs per cycle while computing; 1 bit by 1 bit: two-level weights. Odd widths: --json\n");
  print_table(plain);
  print("\nMACs per cycle per 1000 LUT, without DSPs\n");
  print_table(per_lut);
  if (with_dsp.empty()) return;
  print("\nMACs per cycle per 1000 LUT beside the DSPs, of points that use any\n");
  print_table(with_dsp);
}

void print_steps(const std::vector<cost::PointComparison>& comparisons, double clock_mhz) {
  Json rows = Json::array();
  for (const cost::PointComparison& comparison : comparisons) {
    Json row{{"point", comparison.point.name}, {"PE MHz", fmt::format("{:.1f}", comparison.pe_mhz)}};
    for (const cost::StepCost& step : comparison.steps) {
      row[step.widths + " cycles"] = fmt::format("{:.0f}", step.cycles_per_step);
      row[step.widths + " LUT-s"] = fmt::format("{:.0f}", cost::lut_seconds(comparison, step, clock_mhz));
      row[step.widths + " at PE MHz"] = fmt::format("{:.0f}", cost::lut_seconds(comparison, step, comparison.pe_mhz));
    }
    rows.push_back(row);
  }
  print(fmt::format(
      "\na training step: cycles, LUT-seconds (without DSPs) at {} MHz for all, and at the pre-layout clock of the "
      "point's\nprocessing element (OpenSTA, osu018, no wires): relative, it says how the elements compare\n",
      clock_mhz));
  print_table(rows);
}

void run(const Flags& flags) {
  const record::RunRecord record = record::read_record(flags.record);
  std::vector<cost::PointComparison> comparisons;
  for (const timing::HardwarePoint& point : chosen_points(flags))
    comparisons.push_back(cost::compare_point(point, record, flags.record));
  if (flags.json) {
    Json results = Json::array();
    for (const cost::PointComparison& comparison : comparisons)
      results.push_back(cost::to_json(comparison, flags.clock_mhz));
    print_json({{"schema_version", 1},
                {"context", record::make_context(1)},
                {"config", {{"record", flags.record}, {"points", flags.points}, {"clock_mhz", flags.clock_mhz}}},
                {"results", results}});
    return;
  }
  print_areas(comparisons);
  print_rates(comparisons);
  print_steps(comparisons, flags.clock_mhz);
}

}  // namespace

void add_compare(CLI::App& app) {
  add_command(app, "compare", [](const Call& call) {
    if (call.has("device")) {
      compare_device({call.text("record"), call.text("device"), call.texts("points"), call.number("lut_percent"),
                      call.number("clock_mhz"), call.is_on("json")});
      return;
    }
    run({call.text("record"), call.texts("points"), call.number("clock_mhz"), call.is_on("json")});
  });
}

}  // namespace ampa::commands
