#include "study/transfer_tasks.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "common/error.h"
#include "networks/load_network.h"
#include "statistics/mean_interval.h"
#include "study/new_network.h"
#include "study/paired_losses.h"
#include "train/identity.h"

namespace ampa::study {
namespace {

// What the settings come to on a network of these layers.
std::string run_key(const Json& config, const Json& carried, const std::vector<std::string>& layers) {
  Json settings = train::canonical_settings(train::config_from_json(with_carried(config, carried), "settings"), layers);
  settings.erase("seed");
  return settings.dump();
}

class Collector {
 public:
  Collector(const std::vector<RunSource>& sources, const std::string& reference) : tasks_(runs_by_task(sources)) {
    evidence_.reference = reference.empty() ? default_reference() : reference;
  }

  TransferEvidence evidence() {
    for (const TaskRuns& task : tasks_) add_task(task);
    if (evidence_.tasks.empty())
      throw InputError(
          fmt::format("DIR: expected studies or sweeps with completed runs of {} and of a setting to "
                      "compare with it, found none (see --baseline)",
                      evidence_.reference));
    const TransferTask& first = evidence_.tasks.front();
    for (const TransferTask& task : evidence_.tasks)
      if (!(task.metric == first.metric))
        throw InputError(
            fmt::format("DIR: expected tasks of one metric, whose losses can be compared, found {} of {} "
                        "and {} of {}",
                        first.metric.name, first.words, task.metric.name, task.words));
    return std::move(evidence_);
  }

 private:
  std::string default_reference() const {
    for (const TaskRuns& task : tasks_)
      if (task.of_scheme("int8") != nullptr) return "int8";
    return "fp32";
  }

  void leave_out(const std::string& sentence) { evidence_.left_out.push_back(sentence); }

  void add_task(const TaskRuns& runs) {
    const SettingRuns* reference = runs.of_scheme(evidence_.reference);
    const std::vector<const SettingRuns*> others = runs.others(reference);
    if (reference == nullptr)
      return leave_out(fmt::format("{}: no completed run of {}", runs.words(), evidence_.reference));
    TransferTask task;
    task.network = runs.network;
    task.dataset = runs.dataset;
    task.epochs = runs.epochs;
    task.words = runs.words();
    task.metric = runs.metric;
    task.dirs = runs.dirs;
    for (const SettingRuns* of : others) add_setting(task, *of, *reference);
    if (task.settings.empty())
      return leave_out(fmt::format("{}: no setting with a seed of {}", task.words, evidence_.reference));
    set_find(task, reference->first().config);
    evidence_.tasks.push_back(std::move(task));
  }

  void add_setting(TransferTask& task, const SettingRuns& runs, const SettingRuns& reference) {
    TriedSetting tried;
    tried.label = runs.first().label;
    tried.carried = carried_settings(runs.first().config);
    const std::string place = fmt::format("{}: {}", task.words, tried.label);
    if (runs.has_diverged) return leave_out(place + ": a run of it diverged");
    if (!tried.carried.value("cost_table", "").empty()) return leave_out(place + ": its cost_table is of that network");
    tried.losses = paired_losses(task.metric, runs.confirmed, reference.confirmed, true);
    tried.is_confirmed = !tried.losses.empty();
    if (!tried.is_confirmed) tried.losses = paired_losses(task.metric, runs.searched, reference.searched, false);
    if (const std::vector<double> rr = runs.rr_percent(); !rr.empty())
      tried.rr_percent = statistics::mean_interval(rr).mean;
    tried.range = runs.first().estimated_reduction;
    if (!tried.losses.empty()) task.settings.push_back(std::move(tried));
  }

  static void set_find(TransferTask& task, const Json& config) {
    const std::vector<std::string> layers = networks::load_network(task.network).quantized_names();
    task.num_layers = static_cast<int>(layers.size());
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < task.settings.size(); ++i)
      places.emplace(run_key(config, task.settings[i].carried, layers), i);
    const auto known = std::make_shared<std::map<std::string, std::optional<std::size_t>>>();  // asked again and again
    task.find = [config, layers, places, known](const Json& carried) {
      const auto [answer, is_new] = known->try_emplace(carried.dump());
      if (is_new)
        if (const auto found = places.find(run_key(config, carried, layers)); found != places.end())
          answer->second = found->second;
      return answer->second;
    };
  }

  std::vector<TaskRuns> tasks_;
  TransferEvidence evidence_;
};

}  // namespace

double TriedSetting::mean_loss() const {
  return statistics::mean_of(losses).value();
}

std::optional<double> TriedSetting::place() const {
  if (!rr_percent || !range || !(range->high_percent > range->low_percent)) return std::nullopt;
  return (*rr_percent - range->low_percent) / (range->high_percent - range->low_percent);
}

TransferEvidence transfer_evidence(const std::vector<RunSource>& sources, const std::string& reference) {
  return Collector(sources, reference).evidence();
}

}  // namespace ampa::study
