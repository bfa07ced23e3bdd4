#include "sweep/recommend_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ampa::sweep {
namespace {

constexpr std::int64_t kEnoughSeeds = 3;

void note_baseline(const Recommendation& recommendation, const Constraints& constraints,
                   std::vector<std::string>& notes) {
  if (recommendation.baseline) return;
  const std::string scheme = constraints.baseline.empty() ? "int8 or fp32" : constraints.baseline;
  notes.push_back(fmt::format("There is no completed {} baseline, so {} losses are unknown{}.", scheme,
                              recommendation.metric.name,
                              constraints.max_metric_loss ? " and no setting can meet the bound on them" : ""));
}

void note_seeds(const std::vector<SettingSummary>& settings, std::vector<std::string>& notes) {
  std::int64_t fewest = 0;
  for (const SettingSummary& setting : settings)
    if (setting.final_metric) fewest = fewest == 0 ? setting.num_completed : std::min(fewest, setting.num_completed);
  if (fewest == 1)
    notes.push_back("The data are thin: there are settings with a single seed, whose spread is unknown.");
  else if (fewest > 1 && fewest < kEnoughSeeds)
    notes.push_back(
        fmt::format("The data are thin: there are settings with {} seeds only; {} or more give a spread to "
                    "rely on.",
                    fewest, kEnoughSeeds));
}

void note_missing(const SweepSummary& summary, const std::string& task, std::vector<std::string>& notes) {
  std::int64_t all = 0, missing = 0, diverged = 0;
  for (const TrialSummary& trial : summary.trials) {
    if (trial.task != task) continue;
    ++all;
    if (!trial.finished()) ++missing;
    if (trial.status == "diverged") ++diverged;
  }
  if (missing > 0) notes.push_back(fmt::format("{} of {} trials are not finished.", missing, all));
  if (diverged > 0)
    notes.push_back(fmt::format("{} of {} trials diverged; their settings are not recommended.", diverged, all));
}

void note_noise(const Recommendation& recommendation, std::vector<std::string>& notes) {
  if (!recommendation.seed_noise || recommendation.ranked.size() < 2) return;
  double lowest = INFINITY, highest = -INFINITY, lowest_loss = INFINITY, highest_loss = -INFINITY;
  for (const Candidate& candidate : recommendation.ranked) {
    lowest = std::min(lowest, candidate.setting.final_metric->mean);
    highest = std::max(highest, candidate.setting.final_metric->mean);
    if (!candidate.setting.train_loss) continue;
    lowest_loss = std::min(lowest_loss, candidate.setting.train_loss->mean);
    highest_loss = std::max(highest_loss, candidate.setting.train_loss->mean);
  }
  if (highest - lowest > 2 * *recommendation.seed_noise) return;
  notes.push_back(fmt::format(
      "The {0} of the {1} settings that qualify differs by {2:.2f}{3}, within twice the seed-to-seed standard "
      "deviation of {4:.2f}: {0} does not tell them apart. Their training losses run from {5:.3f} to {6:.3f}.",
      recommendation.metric.name, recommendation.ranked.size(), highest - lowest,
      difference_words(recommendation.metric), *recommendation.seed_noise, lowest_loss, highest_loss));
}

void note_margin(const Recommendation& recommendation, const Constraints& constraints,
                 std::vector<std::string>& notes) {
  if (recommendation.ranked.empty() || !constraints.max_metric_loss) return;
  const Candidate& best = recommendation.ranked.front();
  if (!best.metric_loss || !best.metric_loss_std_error) return;
  if (*best.metric_loss + 2 * *best.metric_loss_std_error > *constraints.max_metric_loss)
    notes.push_back(fmt::format(
        "{} meets the bound on the mean, but not by two standard errors ({:.2f}{}, standard "
        "error {:.2f}): another seed may break it.",
        best.setting.label, *best.metric_loss, difference_words(recommendation.metric), *best.metric_loss_std_error));
}

void note_fixed(const Recommendation& recommendation, std::vector<std::string>& notes) {
  for (const Candidate& fixed : recommendation.fixed_that_meet)
    notes.push_back(fmt::format(
        "Fixed {} meets the constraints as well, with RR {:.2f} % and {} {}{}.", fixed.setting.scheme,
        fixed.setting.bitops_reduction_percent->mean, recommendation.metric.name,
        metric_words(recommendation.metric, fixed.setting.final_metric->mean),
        fixed.setting.train_loss ? fmt::format(" (training loss {:.3f})", fixed.setting.train_loss->mean) : ""));
}

}  // namespace

std::optional<double> seed_noise(const std::vector<SettingSummary>& settings) {
  double squares = 0, degrees = 0;
  for (const SettingSummary& setting : settings) {
    if (!setting.final_metric || !setting.final_metric->std_dev) continue;
    const auto freedom = static_cast<double>(setting.final_metric->count - 1);
    squares += freedom * *setting.final_metric->std_dev * *setting.final_metric->std_dev;
    degrees += freedom;
  }
  if (degrees == 0) return std::nullopt;
  return std::sqrt(squares / degrees);
}

std::vector<std::string> notes_on(const Recommendation& recommendation, const SweepSummary& summary,
                                  const std::vector<SettingSummary>& settings, const Constraints& constraints) {
  std::vector<std::string> notes;
  note_baseline(recommendation, constraints, notes);
  note_seeds(settings, notes);
  note_missing(summary, recommendation.task, notes);
  note_noise(recommendation, notes);
  note_margin(recommendation, constraints, notes);
  note_fixed(recommendation, notes);
  return notes;
}

}  // namespace ampa::sweep
