#include "sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "common/error.h"
#include "data/validation.h"
#include "ir/layer_groups.h"
#include "sweep/reduction_range.h"
#include "sweep/trial_key.h"
#include "train/identity.h"

namespace ampa::sweep {
namespace {

class Planner {
 public:
  Planner(const config::SweepSpec& spec, Tasks& tasks) : spec_(spec), tasks_(tasks) {}

  Plan plan() {
    for (const config::Trial& trial : spec_.trials) add(trial);
    return std::move(plan_);
  }

 private:
  void add(const config::Trial& trial) {
    try {
      const Task& task = tasks_.task(trial.config);
      const std::int64_t num_training =
          task.num_training_images - data::num_held_out(trial.config.options, task.num_training_images);
      if (trial.config.batch_size > num_training)
        throw InputError(fmt::format("batch_size: expected at most the {} training samples, found {}", num_training,
                                     trial.config.batch_size));
      add(trial, task, train::identity_of(trial.config, task.network, task.data));
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: setting {}: {}", spec_.source, trial.label, error.what()));
    }
  }

  void add(const config::Trial& trial, const Task& task, const record::Identity& identity) {
    const auto [known, is_new] = index_of_key_.emplace(record::canonical_key(identity), plan_.trials.size());
    plan_.run_of.push_back(known->second);
    if (!is_new) return add_label(plan_.trials[known->second], trial);
    TrialSummary summary = pending_trial(trial, range(trial, task.network));
    summary.id = trial_id(trial, identity);
    summary.setting = setting_id(trial, identity);
    summary.identity = identity;
    plan_.trials.push_back(std::move(summary));
  }

  static void add_label(TrialSummary& run, const config::Trial& trial) {
    const auto& known = run.same_runs;
    if (trial.label != run.label && std::find(known.begin(), known.end(), trial.label) == known.end())
      run.same_runs.push_back(trial.label);
  }

  // The same for every seed.
  std::optional<ReductionRange> range(const config::Trial& trial, const ir::Network& network) {
    const auto known = ranges_.find(trial.setting);
    if (known != ranges_.end()) return known->second;
    const std::vector<std::string> layers = network.quantized_names();
    const std::vector<int> groups = ir::layer_groups(network, train::ampa_settings(trial.config).granularity);
    return ranges_.emplace(trial.setting, estimated_range(trial.config, bitops::counted_gemms(network), layers, groups))
        .first->second;
  }

  const config::SweepSpec& spec_;
  Tasks& tasks_;
  Plan plan_;
  std::unordered_map<std::string, std::size_t> index_of_key_;
  std::unordered_map<std::string, std::optional<ReductionRange>> ranges_;
};

}  // namespace

Plan plan_trials(const config::SweepSpec& spec, Tasks& tasks) {
  return Planner(spec, tasks).plan();
}

std::vector<TrialSummary> plan_trials(const config::SweepSpec& spec) {
  Tasks tasks;
  return plan_trials(spec, tasks).trials;
}

}  // namespace ampa::sweep
