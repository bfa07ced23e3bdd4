#include "study/engine.h"

#include <algorithm>

#include "objectives/objective.h"
#include "study/ranking.h"
#include "study/rungs.h"
#include "sweep/trial_key.h"

namespace ampa::study {

Engine::Engine(const StudySpec& spec, const Lattice& lattice)
    : spec_(spec),
      lattice_(lattice),
      epochs_(spec.epochs()),
      history_(spec),
      sampler_(find_sampler(spec.sampler)->make(lattice, spec.sampler_values)),
      fidelities_(spec, lattice),
      halving_(spec, rungs_of(spec, lattice)),
      confirmation_(spec),
      taken_(lattice.num_candidates, false) {
  const train::TrainConfig base = train::config_from_json(spec.base, spec.source, "base");
  history_.set_metric(objectives::make_objective(base.objective, base.options)->metric());
}

std::optional<std::size_t> Engine::reference() const {
  return lattice_.baselines.empty() ? std::nullopt : std::optional(lattice_.baselines.front());
}

Decision Engine::decide(bool time_is_over) {
  Decision decision;
  decision.number = num_decisions_++;
  decision.time_is_over = time_is_over && is_searching_;
  take_results(decision);
  if (decision.number == 0)
    for (const std::size_t baseline : lattice_.baselines) {
      if (baseline < taken_.size()) taken_[baseline] = true;
      add_setting(decision.jobs, baseline, epochs_, "baseline");
    }
  if (is_searching_ && time_is_over) end_search("the time is over");
  if (is_searching_) search(decision.jobs);
  if (!decision.jobs.empty()) return decision;
  const Confirmation::Runs runs = confirmation_.next(history_, searched_, reference());
  for (const std::uint64_t seed : runs.seeds)
    for (const std::size_t setting : runs.settings) add_job(decision.jobs, setting, seed, epochs_, "confirm");
  if (decision.jobs.empty()) decision.end = why_over_;
  return decision;
}

// In an order that does not depend on that of their coming.
void Engine::take_results(Decision& decision) {
  std::sort(new_results_.begin(), new_results_.end(),
            [](const RunResult& x, const RunResult& y) { return x.id() < y.id(); });
  for (const RunResult& result : new_results_) {
    history_.add(result);
    decision.based_on.push_back(result.id());
  }
  for (const RunResult& result : new_results_) {
    if (result.setting >= lattice_.num_candidates || observed_.count(result.setting) > 0) continue;
    const auto figures = history_.figures(result.setting, epochs_, reference());
    if (!figures) continue;
    observed_.insert(result.setting);
    observations_.push_back(
        {result.setting, turned(spec_, history_.metric(), figures->mean), figures->variance, figures->meets});
  }
  new_results_.clear();
}

void Engine::end_search(const std::string& why) {
  is_searching_ = false;
  why_over_ = why;
}

void Engine::search(std::vector<Job>& jobs) {
  std::int64_t num_chosen = 0;
  for (; num_chosen < spec_.batch; ++num_chosen) {
    const std::optional<Promotion> promotion = halving_.next(history_, false);
    if (!promotion) break;
    if (!add_setting(jobs, promotion->setting, promotion->until_epoch, "promoted"))
      return end_search("the budget is spent");
  }
  const std::vector<Fidelities::Step> steps = fidelities_.next(history_, false);
  if (!go_on(jobs, steps)) return end_search("the budget is spent");
  const auto left = static_cast<std::size_t>(spec_.batch - num_chosen);
  const std::vector<std::size_t> asked =
      left == 0 ? std::vector<std::size_t>{} : sampler_->ask(observations_, taken_, left);
  for (const std::size_t setting : asked) {
    taken_[setting] = true;
    if (!go_on(jobs, {{setting, fidelities_.next_on(std::nullopt)}})) return end_search("the budget is spent");
  }
  if (!jobs.empty()) return;
  if (!asked.empty() || !steps.empty()) return search(jobs);  // all of them had been run for other settings
  if (const auto last = fidelities_.next(history_, true); !last.empty()) {
    if (!go_on(jobs, last)) return end_search("the budget is spent");
    return jobs.empty() ? search(jobs) : void();
  }
  if (const std::optional<Promotion> promotion = halving_.next(history_, true)) {
    if (!add_setting(jobs, promotion->setting, promotion->until_epoch, "promoted")) end_search("the budget is spent");
    return;
  }
  end_search("every setting of the space was run");
}

// To a fidelity, or to the study's own task. False if that goes beyond the budget.
bool Engine::go_on(std::vector<Job>& jobs, const std::vector<Fidelities::Step>& steps) {
  for (const auto& [candidate, to] : steps) {
    if (to < fidelities_.count()) {
      if (!add_setting(jobs, lattice_.at_fidelity[to][candidate], spec_.fidelities[to].epochs, "fidelity"))
        return false;
      fidelities_.start(candidate, to);
    } else {
      if (!add_setting(jobs, candidate, halving_.first_rung(), "asked")) return false;
      halving_.start(candidate);
    }
  }
  return true;
}

// With all seeds. False, and nothing is added, if it goes beyond the budget.
bool Engine::add_setting(std::vector<Job>& jobs, std::size_t setting, std::int64_t until_epoch, const char* why) {
  const auto num_seeds = static_cast<std::int64_t>(spec_.seeds.size());
  const bool is_own = lattice_.is_own(setting);
  const auto known = asked_for_.find(setting);
  const std::int64_t from = known == asked_for_.end() ? 0 : known->second;
  if (!is_own && from >= until_epoch) return true;  // another candidate comes to the same runs there
  const std::int64_t trials = from == 0 ? num_seeds : 0, epochs = (until_epoch - from) * num_seeds;
  if (spec_.budget.trials && num_trials_ + trials > *spec_.budget.trials) return false;
  if (spec_.budget.epochs && num_epochs_ + epochs > *spec_.budget.epochs) return false;
  num_trials_ += trials;
  num_epochs_ += epochs;
  if (from == 0 && is_own) searched_.push_back(setting);
  asked_for_[setting] = until_epoch;
  for (const std::uint64_t seed : spec_.seeds) add_job(jobs, setting, seed, until_epoch, why);
  return true;
}

void Engine::add_job(std::vector<Job>& jobs, std::size_t setting, std::uint64_t seed, std::int64_t until_epoch,
                     const char* why) {
  const sweep::TrialSummary trial = sweep::with_seed(lattice_.settings[setting], seed);
  jobs.push_back({trial.id, setting, trial.label, seed, until_epoch, why});
}

}  // namespace ampa::study
