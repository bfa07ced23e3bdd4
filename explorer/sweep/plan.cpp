#include "sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "common/error.h"
#include "data/source.h"
#include "sweep/reduction_range.h"
#include "sweep/trial_key.h"
#include "train/identity.h"
#include "train/two_level.h"

namespace ampa::sweep {
namespace {

// What trials share: the images that they use, and the network as these shape it.
struct Task {
  std::int64_t num_training_images = 0;
  ir::Network network;
  train::DataDigests data;
};

// Every task is loaded once.
class Tasks {
 public:
  const Task& task(const train::TrainConfig& config) {
    const std::string data_key = fmt::format("{}\n{}\n{}\n{}\n{}", config.dataset, config.data_dir, config.max_train,
                                             config.max_test, config.options.dump());
    const std::string key = fmt::format("{}\n{}\n{}", config.network, train::has_two_levels(config.scheme), data_key);
    const auto known = tasks_.find(key);
    if (known != tasks_.end()) return known->second;
    if (data_key != data_key_) {
      source_ = data::load_source(config.dataset, config.data_dir, config.max_train, config.max_test, config.options);
      digests_ = train::data_digests(*source_);
      data_key_ = data_key;
    }
    return tasks_
        .emplace(key, Task{source_->count(data::Part::kTrain), train::network_of(config, source_->shape()), digests_})
        .first->second;
  }

 private:
  std::unique_ptr<data::Source> source_;  // the last one
  train::DataDigests digests_;
  std::string data_key_;
  std::unordered_map<std::string, Task> tasks_;
};

class Planner {
 public:
  explicit Planner(const config::SweepSpec& spec) : spec_(spec) {}

  std::vector<TrialSummary> plan() {
    for (const config::Trial& trial : spec_.trials) add(trial);
    return std::move(trials_);
  }

 private:
  void add(const config::Trial& trial) {
    try {
      const Task& task = tasks_.task(trial.config);
      if (trial.config.batch_size > task.num_training_images)
        throw InputError(fmt::format("batch_size: expected at most the {} training images, found {}",
                                     task.num_training_images, trial.config.batch_size));
      add(trial, task, train::identity_of(trial.config, task.network, task.data));
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: setting {}: {}", spec_.source, trial.label, error.what()));
    }
  }

  void add(const config::Trial& trial, const Task& task, const record::Identity& identity) {
    const auto [known, is_new] = index_of_key_.emplace(record::canonical_key(identity), trials_.size());
    if (!is_new) return add_label(trials_[known->second], trial);
    TrialSummary summary = pending_trial(trial, range(trial, task.network));
    summary.id = trial_id(trial, identity);
    summary.setting = setting_id(trial, identity);
    summary.identity = identity;
    trials_.push_back(std::move(summary));
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
    const auto num_layers = static_cast<int>(network.quantized_layers().size());
    return ranges_.emplace(trial.setting, estimated_range(trial.config, bitops::counted_gemms(network), num_layers))
        .first->second;
  }

  const config::SweepSpec& spec_;
  Tasks tasks_;
  std::vector<TrialSummary> trials_;
  std::unordered_map<std::string, std::size_t> index_of_key_;
  std::unordered_map<std::string, std::optional<ReductionRange>> ranges_;
};

}  // namespace

std::vector<TrialSummary> plan_trials(const config::SweepSpec& spec) {
  return Planner(spec).plan();
}

}  // namespace ampa::sweep
