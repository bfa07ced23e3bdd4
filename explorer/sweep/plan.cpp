#include "sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "common/error.h"
#include "data/dataset.h"
#include "sweep/reduction_range.h"
#include "sweep/trial_key.h"

namespace ampa::sweep {
namespace {

// How many training images a trial has, each data set read once for every limit: no further than the largest batch asks
// for, but whole where the trial takes all of it.
class ImageCounts {
 public:
  explicit ImageCounts(const config::SweepSpec& spec) {
    for (const config::Trial& trial : spec.trials) largest_batch_ = std::max(largest_batch_, trial.config.batch_size);
  }

  // No more than the largest batch if the trial limits its images.
  std::int64_t training_images(const train::TrainConfig& config) {
    const std::int64_t limit = std::min(config.max_train, largest_batch_);
    const std::string key = fmt::format("{}\n{}\n{}", config.dataset, config.data_dir, limit);
    const auto known = counts_.find(key);
    if (known != counts_.end()) return known->second;
    const data::Dataset dataset = data::load_dataset(config.dataset, config.data_dir, limit, 1);
    return counts_.emplace(key, dataset.train.count()).first->second;
  }

 private:
  std::int64_t largest_batch_ = 1;
  std::unordered_map<std::string, std::int64_t> counts_;
};

class Planner {
 public:
  explicit Planner(const config::SweepSpec& spec) : spec_(spec), images_(spec) {}

  std::vector<TrialSummary> plan() {
    for (const config::Trial& trial : spec_.trials) add(trial);
    return std::move(trials_);
  }

 private:
  void add(const config::Trial& trial) {
    try {
      check_batch(trial.config);
      const networks::Network& network = networks_.network(trial.config);
      const auto [known, is_new] = index_of_key_.emplace(trial_key(trial.config, network), trials_.size());
      if (is_new)
        trials_.push_back(pending_trial(trial, range(trial, network)));
      else
        add_label(trials_[known->second], trial);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: setting {}: {}", spec_.source, trial.label, error.what()));
    }
  }

  void check_batch(const train::TrainConfig& config) {
    const std::int64_t count = images_.training_images(config);
    if (config.batch_size > count)
      throw InputError(
          fmt::format("batch_size: expected at most the {} training images, found {}", count, config.batch_size));
  }

  static void add_label(TrialSummary& run, const config::Trial& trial) {
    const auto& known = run.same_runs;
    if (trial.label != run.label && std::find(known.begin(), known.end(), trial.label) == known.end())
      run.same_runs.push_back(trial.label);
  }

  // The same for every seed.
  std::optional<ReductionRange> range(const config::Trial& trial, const networks::Network& network) {
    const auto known = ranges_.find(trial.setting);
    if (known != ranges_.end()) return known->second;
    return ranges_.emplace(trial.setting, estimated_range(trial.config, bitops::layer_costs(network))).first->second;
  }

  const config::SweepSpec& spec_;
  ImageCounts images_;
  NetworkCache networks_;
  std::vector<TrialSummary> trials_;
  std::unordered_map<std::string, std::size_t> index_of_key_;
  std::unordered_map<std::string, std::optional<ReductionRange>> ranges_;
};

}  // namespace

std::vector<TrialSummary> plan_trials(const config::SweepSpec& spec) {
  return Planner(spec).plan();
}

}  // namespace ampa::sweep
