#include "sweep/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "cost/run_cost.h"
#include "objectives/objective.h"
#include "record/trained_network.h"

namespace ampa::sweep {
namespace {

constexpr std::size_t kMaxIdLength = 255;  // of a file's name

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::optional<double> best_metric(const Metric& metric, const std::vector<record::EpochResult>& epochs) {
  std::optional<double> best;
  for (const record::EpochResult& epoch : epochs)
    if (std::isfinite(epoch.test_metric))
      best = best && !is_better(metric, epoch.test_metric, *best) ? *best : epoch.test_metric;
  return best;
}

std::optional<double> mean_bitops(const std::vector<record::EpochResult>& epochs) {
  double sum = 0;
  for (const record::EpochResult& epoch : epochs) {
    if (!epoch.bitops_per_image) return std::nullopt;
    sum += static_cast<double>(*epoch.bitops_per_image);
  }
  if (epochs.empty()) return std::nullopt;
  return sum / static_cast<double>(epochs.size());
}

// The statistics of one figure over the trials that have it.
template <typename Get>
std::optional<Statistics> over(const std::vector<const TrialSummary*>& trials, Get get) {
  std::vector<double> values;
  for (const TrialSummary* trial : trials)
    if (const std::optional<double> value = get(*trial)) values.push_back(*value);
  return statistics_of(values);
}

std::vector<PointStatistics> over_points(const std::vector<const TrialSummary*>& trials) {
  std::vector<PointStatistics> points;
  if (trials.empty()) return points;
  for (std::size_t i = 0; i < trials.front()->cycles.size(); ++i) {
    std::vector<double> totals, reductions;
    PointStatistics point;
    const auto num_trials = static_cast<double>(trials.size());
    for (const TrialSummary* trial : trials) {
      const gemm::JobCycles& total = trial->cycles.at(i).total;
      totals.push_back(static_cast<double>(total.total()));
      reductions.push_back(trial->cycles.at(i).reduction_percent());
      point.compute_mean += static_cast<double>(total.compute) / num_trials;
      point.fill_drain_mean += static_cast<double>(total.fill_drain) / num_trials;
      point.operand_stall_mean += static_cast<double>(total.operand_stall) / num_trials;
      point.write_stall_mean += static_cast<double>(total.write_stall) / num_trials;
    }
    point.point = trials.front()->cycles[i].point;
    point.total_cycles = *statistics_of(totals);
    point.reduction_percent = *statistics_of(reductions);
    points.push_back(std::move(point));
  }
  return points;
}

SettingSummary summarise(const std::vector<const TrialSummary*>& trials) {
  const TrialSummary& first = *trials.front();
  SettingSummary setting;
  setting.id = first.setting;
  setting.task = first.task;
  setting.label = first.label;
  setting.same_runs = first.same_runs;
  setting.scheme = first.scheme();
  setting.metric = first.metric;
  setting.baseline = first.baseline;
  setting.config = first.config;
  setting.config.erase("seed");
  setting.estimated_reduction = first.estimated_reduction;
  setting.num_trials = static_cast<std::int64_t>(trials.size());
  std::vector<const TrialSummary*> completed;
  for (const TrialSummary* trial : trials) {
    if (trial->status == "completed") completed.push_back(trial);
    if (trial->status == "diverged") ++setting.num_diverged;
  }
  setting.num_completed = static_cast<std::int64_t>(completed.size());
  setting.final_metric = over(completed, [](const TrialSummary& t) { return t.final_metric; });
  setting.best_metric = over(completed, [](const TrialSummary& t) { return t.best_metric; });
  setting.train_loss = over(completed, [](const TrialSummary& t) { return t.train_loss; });
  setting.bitops_reduction_percent = over(completed, [](const TrialSummary& t) { return t.bitops_reduction_percent; });
  setting.bitops_per_image = over(completed, [](const TrialSummary& t) { return t.bitops_per_image; });
  setting.weight_bits = over(completed, [](const TrialSummary& t) { return t.weight_bits; });
  setting.inference_bitops = over(completed, [](const TrialSummary& t) { return t.inference_bitops; });
  setting.cycles = over_points(completed);
  return setting;
}

}  // namespace

double PointCycles::reduction_percent() const {
  return 100.0 * (1.0 - static_cast<double>(total.total()) / static_cast<double>(int8_total.total()));
}

const PointStatistics* SettingSummary::at_point(const std::string& point) const {
  for (const PointStatistics& candidate : cycles)
    if (candidate.point == point) return &candidate;
  return nullptr;
}

TrialSummary pending_trial(const config::Trial& trial, std::optional<ReductionRange> range) {
  TrialSummary summary;
  summary.id = trial.id;
  summary.setting = trial.setting;
  summary.task = trial.task;
  summary.label = trial.label;
  summary.baseline = trial.baseline;
  summary.config = train::to_json(trial.config);
  summary.status = "pending";
  summary.metric = objectives::make_objective(trial.config.objective, trial.config.options)->metric();
  summary.estimated_reduction = range;
  return summary;
}

void add_record(TrialSummary& trial, const record::RunRecord& record, const std::vector<std::string>& points,
                const std::string& source) {
  trial.status = record::to_string(record.status);
  trial.reason = record.status_reason;
  trial.num_epochs = static_cast<std::int64_t>(record.epochs.size());
  trial.metric = record.metric;
  if (!record.epochs.empty()) {
    trial.final_metric = finite(record.epochs.back().test_metric);
    trial.train_loss = finite(record.epochs.back().train_loss);
    trial.validation_metric =
        record.epochs.back().validation_metric ? finite(*record.epochs.back().validation_metric) : std::nullopt;
  }
  trial.best_metric = best_metric(record.metric, record.epochs);
  trial.bitops_reduction_percent = record.bitops_reduction_percent;
  trial.bitops_per_image = mean_bitops(record.epochs);
  const std::optional<record::Inference> inference = record::inference_of(record);
  trial.weight_bits = inference ? std::optional(inference->weight_bits) : std::nullopt;
  trial.inference_bitops = inference ? std::optional(static_cast<double>(inference->bitops)) : std::nullopt;
  trial.cycles.clear();
  if (!cost::has_cost(record)) return;
  for (const std::string& point : points) {
    const cost::RunCost cost = cost::cost_run(record, timing::point_from_string(point), source);
    PointCycles cycles{point, cost.total, cost.int8_total, {}};
    for (const cost::LayerCost& layer : cost.layers)
      cycles.layers.push_back({layer.cycles.total(), layer.int8.total()});
    trial.cycles.push_back(std::move(cycles));
  }
}

std::vector<SettingSummary> summarise_settings(const std::vector<TrialSummary>& trials) {
  std::unordered_map<std::string, std::size_t> index;
  std::vector<std::vector<const TrialSummary*>> members;
  for (const TrialSummary& trial : trials) {
    const auto [known, is_new] = index.emplace(trial.setting, members.size());
    if (is_new) members.emplace_back();
    members[known->second].push_back(&trial);
  }
  std::vector<SettingSummary> settings;
  settings.reserve(members.size());
  for (const std::vector<const TrialSummary*>& of_setting : members) settings.push_back(summarise(of_setting));
  return settings;
}

bool is_trial_id(const std::string& id) {
  if (id.empty() || id.front() == '.' || id.size() > kMaxIdLength) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

std::int64_t num_settings_asked(const SweepSummary& summary) {
  std::size_t asked = summary.settings.size();
  for (const SettingSummary& setting : summary.settings) asked += setting.same_runs.size();
  return static_cast<std::int64_t>(asked);
}

std::string settings_words(const SweepSummary& summary) {
  const std::int64_t asked = num_settings_asked(summary);
  const auto distinct = static_cast<std::int64_t>(summary.settings.size());
  return asked == distinct ? fmt::format("{} settings", asked)
                           : fmt::format("{} settings, {} distinct", asked, distinct);
}

}  // namespace ampa::sweep
