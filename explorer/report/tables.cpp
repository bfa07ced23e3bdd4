#include "report/tables.h"

#include <fmt/format.h>

#include <unordered_set>

#include "cost/area.h"
#include "cost/pe_clock.h"
#include "report/html_text.h"
#include "sweep/pareto.h"

namespace ampa::report {
namespace {

std::string shown(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string mean(const std::optional<sweep::Statistics>& value, int digits, double scale = 1) {
  return value ? fmt::format("{:.{}f}", value->mean / scale, digits) : "-";
}

std::string spread(const std::optional<sweep::Statistics>& value, int digits) {
  return value && value->std_dev ? fmt::format("{:.{}f}", *value->std_dev, digits) : "-";
}

std::string limits(const std::optional<sweep::Statistics>& value, int digits) {
  if (!value || value->count < 2) return "-";
  return fmt::format("{:.{}f} .. {:.{}f}", value->min, digits, value->max, digits);
}

std::string range(const std::optional<sweep::ReductionRange>& range) {
  if (!range) return "-";
  return fmt::format("{:.2f} .. {:.2f}", range->low_percent, range->high_percent);
}

std::string label(const sweep::SettingSummary& setting) {
  std::string text = setting.label;
  for (const std::string& other : setting.same_runs) text += " = " + other;
  return text;
}

// Ids of the settings on the front of the metric and RR.
std::unordered_set<std::string> on_front(const ReportInput& input, const std::string& task) {
  std::vector<sweep::Tradeoff> tradeoffs;
  std::vector<std::string> ids;
  std::unordered_set<std::string> front;
  for (const sweep::SettingSummary& setting : input.summary.settings) {
    if (setting.task != task || !setting.final_metric || !setting.bitops_reduction_percent) continue;
    const double metric = setting.final_metric->mean;
    tradeoffs.push_back({setting.bitops_reduction_percent->mean, setting.metric.larger_is_better ? metric : -metric});
    ids.push_back(setting.id);
  }
  const std::vector<bool> is_front = sweep::pareto_front(tradeoffs);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (is_front[i]) front.insert(ids[i]);
  return front;
}

// Of all trials; those of several metrics stand under one word.
std::string common_title(const ReportInput& input) {
  const std::vector<sweep::TrialSummary>& trials = input.summary.trials;
  for (const sweep::TrialSummary& trial : trials)
    if (!(trial.metric == trials.front().metric)) return "metric";
  return trials.empty() ? "metric" : metric_title(trials.front().metric);
}

std::string loss_against(const sweep::SettingSummary& setting, const sweep::Recommendation& task) {
  if (!task.baseline || !setting.final_metric) return "-";
  return fmt::format("{:.2f}",
                     shortfall(setting.metric, setting.final_metric->mean, task.baseline->final_metric->mean));
}

}  // namespace

std::string settings_table(const ReportInput& input, const sweep::Recommendation& task) {
  const std::string unit =
      difference_unit(task.metric).empty() ? "" : fmt::format(" ({})", difference_unit(task.metric));
  const std::string baseline = task.baseline ? task.baseline->scheme : "baseline";
  std::string html =
      "<table><thead>\n" +
      row({"Setting", "Seeds", capitalised(metric_title(task.metric)), "std", "min .. max",
           fmt::format("{} {}{}", task.metric.larger_is_better ? "Below" : "Above", baseline, unit), "Training loss",
           "RR (%)", "Estimated RR (%)", "BitOPs / image (10^9)", "W-bits", "BitOPs / inference (10^9)"},
          "th") +
      "</thead><tbody>\n";
  const std::unordered_set<std::string> front = on_front(input, task.task);
  for (const sweep::SettingSummary& setting : input.summary.settings) {
    if (setting.task != task.task) continue;
    std::string css;
    if (!task.ranked.empty() && task.ranked.front().setting.id == setting.id) css = "best";
    if (front.count(setting.id) != 0) css += css.empty() ? "front" : " front";
    const std::string diverged = setting.num_diverged > 0 ? fmt::format(" ({} diverged)", setting.num_diverged) : "";
    html += row({label(setting), fmt::format("{}/{}{}", setting.num_completed, setting.num_trials, diverged),
                 mean(setting.final_metric, 2), spread(setting.final_metric, 2), limits(setting.final_metric, 2),
                 loss_against(setting, task), mean(setting.train_loss, 4), mean(setting.bitops_reduction_percent, 2),
                 range(setting.estimated_reduction), mean(setting.bitops_per_image, 4, 1e9),
                 mean(setting.weight_bits, 2), mean(setting.inference_bitops, 4, 1e9)},
                "td", css);
  }
  return html + "</tbody></table>\n";
}

std::string cycles_table(const ReportInput& input) {
  std::string html = "<table><thead>\n" +
                     row({"Setting", "Point", "Cycles of the run (10^6)", "std", "Compute", "Fill/drain",
                          "Operand stall", "Write stall", "Fewer than INT8 (%)"},
                         "th") +
                     "</thead><tbody>\n";
  for (const sweep::SettingSummary& setting : input.summary.settings)
    for (const sweep::PointStatistics& point : setting.cycles) {
      const auto millions = [](double cycles) { return fmt::format("{:.3f}", cycles / 1e6); };
      html += row({label(setting), point.point, millions(point.total_cycles.mean),
                   point.total_cycles.std_dev ? millions(*point.total_cycles.std_dev) : "-",
                   millions(point.compute_mean), millions(point.fill_drain_mean), millions(point.operand_stall_mean),
                   millions(point.write_stall_mean), fmt::format("{:.2f}", point.reduction_percent.mean)});
    }
  return html + "</tbody></table>\n";
}

std::string area_table(const ReportInput& input) {
  const cost::Device device = cost::reference_device();
  const auto use = [](std::int64_t cells, std::int64_t of) {
    return fmt::format("{} ({:.1f} %)", cells, 100 * static_cast<double>(cells) / static_cast<double>(of));
  };
  std::string html =
      "<table><thead>\n" +
      row({"Point", "Area", "LUT without DSP", "FF", "LUT with DSP", "DSP48E1", "Element MHz, pre-layout"}, "th") +
      "</thead><tbody>\n";
  for (const std::string& name : input.summary.points) {
    const timing::HardwarePoint point = timing::point_from_string(name);
    const cost::PointArea area = cost::area_of(point);
    html += row({name, cost::to_string(area.method), use(area.no_dsp.lut, device.lut), use(area.no_dsp.ff, device.ff),
                 use(area.with_dsp.lut, device.lut), use(area.with_dsp.dsp48e1, device.dsp48e1),
                 fmt::format("{:.1f}", cost::pre_layout_mhz(point.pe))});
  }
  return html + "</tbody></table>\n";
}

std::string trials_table(const ReportInput& input) {
  std::string html =
      "<table><thead>\n" +
      row({"Trial", "Seed", "Status", "Epochs", capitalised(common_title(input)), "Best", "Training loss", "RR (%)"},
          "th") +
      "</thead><tbody>\n";
  for (const sweep::TrialSummary& trial : input.summary.trials) {
    const std::string status = trial.reason.empty() ? trial.status : trial.status + ": " + trial.reason;
    html += row({trial.label, trial.config.at("seed").dump(), status, std::to_string(trial.num_epochs),
                 shown(trial.final_metric, 2), shown(trial.best_metric, 2), shown(trial.train_loss, 4),
                 shown(trial.bitops_reduction_percent, 2)});
  }
  return html + "</tbody></table>\n";
}

}  // namespace ampa::report
