#include "study/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace ampa::study {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

std::string RunResult::id() const {
  return fmt::format("{}@{}", trial, epochs);
}

RunResult result_of(const StudySpec& spec, const Measured& run, std::size_t setting) {
  const sweep::TrialSummary& trial = run.trial;
  RunResult result;
  result.trial = trial.id;
  result.setting = setting;
  result.seed = trial.config.at("seed").get<std::uint64_t>();
  result.epochs = trial.num_epochs;
  result.completed = trial.status == "completed";
  if (trial.status == "diverged" || (trial.status == "paused" && !trial.reason.empty()))
    result.ruled_out = trial.status == "diverged" ? "diverged: " + trial.reason : trial.reason;
  result.test_metric = trial.final_metric;
  result.metric = trial.validation_metric ? trial.validation_metric : trial.final_metric;
  const bool has_figures = trial.num_epochs > 0 && trial.status != "diverged";
  for (const Objective& objective : spec.objectives)
    result.objectives.push_back(has_figures ? objective.value(run) : std::nullopt);
  for (const Constraint& constraint : spec.constraints)
    result.constraints.push_back(has_figures && constraint.what ? constraint.what->value(run) : std::nullopt);
  return result;
}

void History::add(const RunResult& result) {
  of_setting_[result.setting].push_back(results_.size());
  results_.push_back(result);
  // The last of a setting's seeds at these epochs adds the setting's spread.
  if (!result.is_own) return;
  const auto all = figures(result.setting, result.epochs, std::nullopt);
  if (!all || spec_->seeds.size() < 2) return;
  if (std::find(spec_->seeds.begin(), spec_->seeds.end(), result.seed) == spec_->seeds.end()) return;
  for (std::size_t k = 0; k < all->mean.size(); ++k) {
    Pooled& pooled = pooled_[{k, result.epochs}];
    for (const double value : all->by_seed[k]) pooled.squares += (value - all->mean[k]) * (value - all->mean[k]);
    pooled.degrees += static_cast<std::int64_t>(spec_->seeds.size()) - 1;
  }
}

const RunResult* History::find(std::size_t setting, std::uint64_t seed, std::int64_t epochs) const {
  const auto found = of_setting_.find(setting);
  if (found == of_setting_.end()) return nullptr;
  for (const std::size_t place : found->second) {
    const RunResult& result = results_[place];
    if (result.seed == seed && result.epochs == epochs && result.ruled_out.empty()) return &result;
  }
  return nullptr;
}

bool History::is_ruled_out(std::size_t setting) const {
  const auto found = of_setting_.find(setting);
  if (found == of_setting_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](std::size_t place) { return !results_[place].ruled_out.empty(); });
}

double History::seed_variance(std::size_t objective, std::int64_t epochs) const {
  const auto found = pooled_.find({objective, epochs});
  if (found == pooled_.end() || found->second.degrees == 0) return 0;
  return found->second.squares / static_cast<double>(found->second.degrees);
}

std::optional<SettingFigures> History::figures(std::size_t setting, std::int64_t epochs,
                                               std::optional<std::size_t> reference) const {
  if (is_ruled_out(setting)) return std::nullopt;
  SettingFigures figures;
  const auto n = static_cast<double>(spec_->seeds.size());
  figures.by_seed.resize(spec_->objectives.size());
  figures.prospect.resize(spec_->objectives.size());
  for (const std::uint64_t seed : spec_->seeds) {
    const RunResult* result = find(setting, seed, epochs);
    if (result == nullptr) return std::nullopt;
    for (std::size_t k = 0; k < result->objectives.size(); ++k) {
      if (!result->objectives[k]) return std::nullopt;
      figures.by_seed[k].push_back(*result->objectives[k]);
      const std::optional<double> at_rung = result->prospects.empty() ? std::nullopt : result->prospects[k];
      figures.prospect[k] += at_rung.value_or(*result->objectives[k]) / n;
    }
  }
  for (std::size_t k = 0; k < figures.by_seed.size(); ++k) {
    figures.mean.push_back(mean_of(figures.by_seed[k]));
    figures.variance.push_back(seed_variance(k, epochs) / n);
  }
  figures.meets = meets(setting, epochs, reference);
  return figures;
}

bool History::meets(std::size_t setting, std::int64_t epochs, std::optional<std::size_t> reference) const {
  for (std::size_t c = 0; c < spec_->constraints.size(); ++c) {
    const Constraint& constraint = spec_->constraints[c];
    if (constraint.what) {
      for (const std::uint64_t seed : spec_->seeds) {
        const std::optional<double> value = find(setting, seed, epochs)->constraints[c];
        if (!value || (constraint.at_least && *value < *constraint.at_least) ||
            (constraint.at_most && *value > *constraint.at_most))
          return false;
      }
    } else if (reference) {
      double loss = 0;
      for (const std::uint64_t seed : spec_->seeds) {
        const RunResult *own = find(setting, seed, epochs), *other = find(*reference, seed, epochs);
        if (own == nullptr || other == nullptr || !own->metric || !other->metric) return false;
        loss += shortfall(metric_, *own->metric, *other->metric) / static_cast<double>(spec_->seeds.size());
      }
      if (loss > *constraint.at_most) return false;
    }
  }
  return true;
}

}  // namespace ampa::study
