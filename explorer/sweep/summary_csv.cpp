#include "sweep/summary_csv.h"

#include <fmt/format.h>

#include "common/csv_text.h"

namespace ampa::sweep {
namespace {

std::string cell(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string cell(const std::optional<Statistics>& value) {
  if (!value) return ",,,";
  return fmt::format("{},{},{},{}", value->mean, cell(value->std_dev), value->min, value->max);
}

std::string config_cells(const Json& config) {
  std::string cells;
  for (const char* key : {"network", "dataset", "scheme", "alpha", "beta", "gamma", "itv", "itv_epochs", "thr"}) {
    const Json& value = config.at(key);
    cells += ',' + (value.is_null() ? "" : value.is_string() ? csv_text(value.get<std::string>()) : value.dump());
  }
  return cells;
}

// Of all trials, which then names the columns; none if they have several: a column then names each row's.
std::optional<Metric> shared_metric(const std::vector<TrialSummary>& trials) {
  if (trials.empty()) return Metric{"accuracy", "percent", true};
  for (const TrialSummary& trial : trials)
    if (!(trial.metric == trials.front().metric)) return std::nullopt;
  return trials.front().metric;
}

constexpr const char* kConfigColumns = "network,dataset,scheme,alpha,beta,gamma,itv,itv_epochs,thr";

}  // namespace

std::string trials_csv(const std::vector<TrialSummary>& trials, const std::vector<TrialColumn>& more) {
  const std::optional<Metric> shared = shared_metric(trials);
  std::string csv = fmt::format(
      "trial,{},seed,status,num_epochs,{},train_loss,bitops_reduction_percent,"
      "bitops_per_image,weight_bits,inference_bitops_per_image,estimated_low_percent,estimated_high_percent,point,"
      "compute_cycles,fill_drain_cycles,"
      "operand_stall_cycles,write_stall_cycles,total_cycles,int8_total_cycles,cycles_reduction_percent",
      kConfigColumns,
      shared ? fmt::format("{0},best_{0}", metric_key(*shared)) : "metric,metric_value,best_metric_value");
  for (const TrialColumn& column : more) csv += ',' + column.name;
  csv += '\n';
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const TrialSummary& trial = trials[i];
    std::string end;
    for (const TrialColumn& column : more) end += ',' + column.cell(i);
    end += '\n';
    std::string line = csv_text(trial.id) + config_cells(trial.config);
    line +=
        fmt::format(",{},{},{},{}{},{},{},{},{},{},{}", trial.config.at("seed").dump(), trial.status, trial.num_epochs,
                    shared ? "" : csv_text(metric_key(trial.metric)) + ',', cell(trial.final_metric),
                    cell(trial.best_metric), cell(trial.train_loss), cell(trial.bitops_reduction_percent),
                    cell(trial.bitops_per_image), cell(trial.weight_bits), cell(trial.inference_bitops));
    const auto& range = trial.estimated_reduction;
    line += range ? fmt::format(",{},{}", range->low_percent, range->high_percent) : ",,";
    for (const PointCycles& cycles : trial.cycles) {
      csv += line + ',' + cycles.point;
      for (const CyclePart& part : kCycleParts) csv += fmt::format(",{}", cycles.total.*part.count);
      csv +=
          fmt::format(",{},{},{}", cycles.total.total(), cycles.int8_total.total(), cycles.reduction_percent()) + end;
    }
    if (trial.cycles.empty()) csv += line + std::string(kCycleParts.size() + 4, ',') + end;
  }
  return csv;
}

std::string settings_csv(const SweepSummary& summary) {
  std::string csv = fmt::format("setting,{},num_trials,num_completed,num_diverged", kConfigColumns);
  const std::optional<Metric> shared = shared_metric(summary.trials);
  if (!shared) csv += ",metric";
  const std::string metric = shared ? metric_key(*shared) : "metric_value";
  for (const std::string& figure :
       {metric, std::string("train_loss"), std::string("bitops_reduction_percent"), std::string("bitops_per_image"),
        std::string("weight_bits"), std::string("inference_bitops_per_image")})
    csv += fmt::format(",{0}_mean,{0}_std,{0}_min,{0}_max", figure);
  csv += ",point,total_cycles_mean,total_cycles_std,total_cycles_min,total_cycles_max";
  for (const CyclePart& part : kCycleParts) csv += fmt::format(",{}_mean", part.key);
  csv += ",cycles_reduction_percent_mean\n";
  for (const SettingSummary& setting : summary.settings) {
    std::string line = csv_text(setting.id) + config_cells(setting.config);
    line += fmt::format(",{},{},{}", setting.num_trials, setting.num_completed, setting.num_diverged);
    if (!shared) line += ',' + csv_text(metric_key(setting.metric));
    for (const auto& figure : {setting.final_metric, setting.train_loss, setting.bitops_reduction_percent,
                               setting.bitops_per_image, setting.weight_bits, setting.inference_bitops})
      line += ',' + cell(figure);
    for (const PointStatistics& point : setting.cycles)
      csv += fmt::format("{},{},{},{},{},{},{},{}\n", line, point.point,
                         cell(std::optional<Statistics>(point.total_cycles)), point.compute_mean, point.fill_drain_mean,
                         point.operand_stall_mean, point.write_stall_mean, point.reduction_percent.mean);
    if (setting.cycles.empty()) csv += line + std::string(kCycleParts.size() + 6, ',') + '\n';
  }
  return csv;
}

}  // namespace ampa::sweep
