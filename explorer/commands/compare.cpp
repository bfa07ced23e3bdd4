// `ampa compare`: hardware points side by side.
#include <fmt/format.h>

#include <memory>

#include "commands/commands.h"
#include "commands/output.h"
#include "cost/comparison.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string record;
  std::vector<std::string> points;
  double clock_mhz = 100;
  bool json = false;
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

std::string cell(std::optional<double> value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : std::string("-");
}

void print_areas(const std::vector<cost::PointComparison>& comparisons) {
  const cost::Device device = cost::reference_device();
  print(fmt::format("{:<18} {:>9} {:>7} {:>9} {:>9} {:>7}\n", "point", "LUT", "FF", "LUT", "DSP48E1", "% LUT"));
  print(fmt::format("{:<18} {:>9} {:>7} {:>9} {:>9} {:>7}\n", "", "no DSP", "no DSP", "with DSP", "", "no DSP"));
  for (const cost::PointComparison& comparison : comparisons) {
    if (!comparison.area) {
      print(fmt::format("{:<18} {:>9}\n", comparison.point.name, "-"));
      continue;
    }
    const cost::CellCounts plain = comparison.area->no_dsp, with_dsp = comparison.area->with_dsp;
    print(fmt::format("{:<18} {:>9} {:>7} {:>9} {:>9} {:>7.1f}\n", comparison.point.name, plain.lut, plain.ff,
                      with_dsp.lut, with_dsp.dsp48e1,
                      100 * static_cast<double>(plain.lut) / static_cast<double>(device.lut)));
  }
  print(fmt::format("cells after synthesis, before placement; % of a {} ({} LUT)\n", device.name, device.lut));
}

// The rate is symmetric in kw and ka, so half of the pairs say it all.
void print_rates(const std::vector<cost::PointComparison>& comparisons, const char* title, bool per_kilolut) {
  print(fmt::format("\n{}\n{:<18}", title, "kw/ka"));
  for (const cost::ModeRate& mode : comparisons.front().modes)
    if (mode.kw <= mode.ka) print(fmt::format(" {:>7}", fmt::format("{}/{}", mode.kw, mode.ka)));
  print("\n");
  for (const cost::PointComparison& comparison : comparisons) {
    print(fmt::format("{:<18}", comparison.point.name));
    for (const cost::ModeRate& mode : comparison.modes) {
      if (mode.kw > mode.ka) continue;
      std::optional<double> rate = mode.macs_per_cycle;
      if (per_kilolut)
        rate = comparison.area
                   ? std::optional(1000 * mode.macs_per_cycle / static_cast<double>(comparison.area->no_dsp.lut))
                   : std::nullopt;
      print(fmt::format(" {:>7}", cell(rate, per_kilolut ? "{:.3f}" : "{:.1f}")));
    }
    print("\n");
  }
}

void print_steps(const std::vector<cost::PointComparison>& comparisons, double clock_mhz) {
  print(fmt::format("\na training step: cycles, and LUT-seconds (no DSP) at {} MHz\n{:<18}", clock_mhz, "widths"));
  for (const cost::StepCost& step : comparisons.front().steps)
    print(fmt::format(" {:>14} {:>9}", step.widths, "LUT-s"));
  print("\n");
  for (const cost::PointComparison& comparison : comparisons) {
    print(fmt::format("{:<18}", comparison.point.name));
    for (const cost::StepCost& step : comparison.steps)
      print(fmt::format(" {:>14.0f} {:>9}", step.cycles_per_step,
                        cell(cost::lut_seconds(comparison, step, clock_mhz), "{:.0f}")));
    print("\n");
  }
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
  print_rates(comparisons, "MACs per cycle while computing", false);
  print_rates(comparisons, "MACs per cycle per 1000 LUT (no DSP)", true);
  print_steps(comparisons, flags.clock_mhz);
}

}  // namespace

void add_compare(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "compare", "Hardware points side by side: rates, area, and the cost of a recorded run's steps");
  const auto flags = std::make_shared<Flags>();
  command->add_option("--record", flags->record, "record.json of a run")->required();
  command->add_option("--points", flags->points, "Names, separated by commas (default: every design point)")
      ->delimiter(',');
  command->add_option("--clock-mhz", flags->clock_mhz, "Clock of LUT-seconds, the same for all points")
      ->check(CLI::Range(1e-3, 1e6))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace ampa::commands
