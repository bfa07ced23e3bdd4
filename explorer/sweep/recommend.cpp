#include "sweep/recommend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "common/error.h"
#include "sweep/pareto.h"
#include "sweep/recommend_notes.h"
#include "train/scheme.h"

namespace ampa::sweep {
namespace {

constexpr double kDefaultMetricLoss = 1.0;

std::optional<SettingSummary> find_baseline(const std::vector<SettingSummary>& settings, const std::string& scheme) {
  const std::vector<std::string> wanted =
      scheme.empty() ? std::vector<std::string>{"int8", "fp32"} : std::vector<std::string>{scheme};
  for (const std::string& name : wanted)
    for (const SettingSummary& setting : settings)
      if (setting.scheme == name && setting.final_metric) return setting;
  return std::nullopt;
}

std::optional<double> std_error_of_difference(const Statistics& x, const Statistics& y) {
  if (!x.std_dev || !y.std_dev) return std::nullopt;
  return std::sqrt(*x.std_dev * *x.std_dev / static_cast<double>(x.count) +
                   *y.std_dev * *y.std_dev / static_cast<double>(y.count));
}

bool is_measured(const SettingSummary& setting) {
  return setting.final_metric.has_value() && setting.bitops_reduction_percent.has_value();
}

// Of a scheme whose widths change over a run.
bool is_adaptive(const SettingSummary& setting) {
  const train::Scheme scheme = train::scheme_from_string(setting.scheme, "sweep");
  return scheme.quantizes() && scheme.allocator_info()->adapts;
}

// The completed trials of every setting, by its id.
using TrialIds = std::unordered_map<std::string, std::vector<std::string>>;

TrialIds completed_trials(const SweepSummary& summary) {
  TrialIds ids;
  for (const TrialSummary& trial : summary.trials)
    if (trial.status == "completed") ids[trial.setting].push_back(trial.id);
  return ids;
}

std::vector<Candidate> measured_candidates(const TrialIds& ids, const std::vector<SettingSummary>& settings) {
  std::vector<Candidate> candidates;
  for (const SettingSummary& setting : settings) {
    if (!is_measured(setting)) continue;
    Candidate candidate;
    candidate.setting = setting;
    candidate.trials = ids.at(setting.id);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// The larger, the better.
double quality_of(const SettingSummary& setting) {
  return setting.metric.larger_is_better ? setting.final_metric->mean : -setting.final_metric->mean;
}

void measure_distances(std::vector<Candidate>& candidates, const std::string& point) {
  std::vector<Tradeoff> by_rr, by_cycles;
  for (const Candidate& candidate : candidates) {
    const double quality = quality_of(candidate.setting);
    by_rr.push_back({candidate.setting.bitops_reduction_percent->mean, quality});
    if (const PointStatistics* costed = candidate.setting.at_point(point))
      by_cycles.push_back({-costed->total_cycles.mean, quality});
  }
  const std::vector<double> of_rr = distances_to_front(by_rr), of_cycles = distances_to_front(by_cycles);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].front_distance_rr = of_rr[i];
    if (of_cycles.size() == candidates.size()) candidates[i].front_distance_cycles = of_cycles[i];
  }
}

bool meets(const Candidate& candidate, const Constraints& constraints, const std::string& point) {
  if (constraints.max_metric_loss && (!candidate.metric_loss || *candidate.metric_loss > *constraints.max_metric_loss))
    return false;
  if (constraints.min_rr_percent && candidate.setting.bitops_reduction_percent->mean < *constraints.min_rr_percent)
    return false;
  if (!constraints.max_cycles) return true;
  const PointStatistics* costed = candidate.setting.at_point(point);
  return costed != nullptr && costed->total_cycles.mean <= *constraints.max_cycles;
}

// The smaller, the better; compared in order.
std::vector<double> rank_of(const Candidate& candidate, const Constraints& constraints, const std::string& point) {
  const SettingSummary& setting = candidate.setting;
  const double loss = setting.train_loss ? setting.train_loss->mean : INFINITY;
  const double badness = -quality_of(setting);
  const double rr = -setting.bitops_reduction_percent->mean;
  if (!constraints.max_metric_loss) return {badness, loss, rr};
  const PointStatistics* costed = setting.at_point(point);
  if (constraints.max_cycles && costed) return {costed->total_cycles.mean, loss};
  return {rr, loss};
}

std::string ranked_by(const Constraints& constraints, const Metric& metric) {
  if (!constraints.max_metric_loss)
    return metric.name + (metric.larger_is_better ? ", the highest first" : ", the lowest first");
  return constraints.max_cycles ? "cycles, the fewest first" : "RR, the largest first";
}

Recommendation recommend_task(const SweepSummary& summary, const TrialIds& ids,
                              const std::vector<SettingSummary>& settings, const Constraints& constraints,
                              const std::string& point) {
  Recommendation result;
  result.task = settings.front().task;
  result.network = settings.front().config.value("network", "");
  result.dataset = settings.front().config.value("dataset", "");
  result.point = point;
  result.metric = settings.front().metric;
  result.ranked_by = ranked_by(constraints, result.metric);
  result.baseline = find_baseline(settings, constraints.baseline);
  std::vector<Candidate> candidates = measured_candidates(ids, settings);
  measure_distances(candidates, point);
  const bool has_adaptive = std::any_of(settings.begin(), settings.end(), is_adaptive);
  for (Candidate& candidate : candidates) {
    if (result.baseline) {
      candidate.metric_loss =
          shortfall(result.metric, candidate.setting.final_metric->mean, result.baseline->final_metric->mean);
      candidate.metric_loss_std_error =
          std_error_of_difference(*result.baseline->final_metric, *candidate.setting.final_metric);
    }
    candidate.meets = candidate.setting.num_diverged == 0 && meets(candidate, constraints, point);
    const bool eligible = !has_adaptive || is_adaptive(candidate.setting);
    if (eligible) ++result.num_candidates;
    if (eligible && candidate.meets)
      result.ranked.push_back(candidate);
    else if (candidate.meets && candidate.setting.scheme != "int8")
      result.fixed_that_meet.push_back(candidate);
  }
  std::stable_sort(result.ranked.begin(), result.ranked.end(), [&](const Candidate& x, const Candidate& y) {
    return rank_of(x, constraints, point) < rank_of(y, constraints, point);
  });
  result.seed_noise = seed_noise(settings);
  result.notes = notes_on(result, summary, settings, constraints);
  return result;
}

}  // namespace

Constraints complete(Constraints constraints) {
  if (!constraints.max_metric_loss && !constraints.min_rr_percent && !constraints.max_cycles)
    constraints.max_metric_loss = kDefaultMetricLoss;
  return constraints;
}

std::vector<Recommendation> recommend(const SweepSummary& summary, const Constraints& constraints) {
  std::string point = constraints.point;
  if (point.empty() && !summary.points.empty()) point = summary.points.front();
  if (!constraints.point.empty() &&
      std::find(summary.points.begin(), summary.points.end(), point) == summary.points.end())
    throw InputError(fmt::format("--point: expected one of the sweep's points {}, found \"{}\"",
                                 fmt::join(summary.points, ", "), point));
  std::vector<std::vector<SettingSummary>> tasks;
  std::unordered_map<std::string, std::size_t> task_index;
  for (const SettingSummary& setting : summary.settings) {
    const auto [known, is_new] = task_index.emplace(setting.task, tasks.size());
    if (is_new) tasks.emplace_back();
    tasks[known->second].push_back(setting);
  }
  const TrialIds ids = completed_trials(summary);
  std::vector<Recommendation> results;
  for (const std::vector<SettingSummary>& settings : tasks)
    results.push_back(recommend_task(summary, ids, settings, constraints, point));
  return results;
}

}  // namespace ampa::sweep
