#include "study/task_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "train/scheme.h"

namespace ampa::study {
namespace {

bool is_adaptive(const SettingRuns* runs) {
  const train::Scheme row = train::scheme_from_string(runs->first().scheme(), "study");
  return row.quantizes() && row.allocator_info()->adapts;
}

// While runs are added.
struct Growing {
  TaskRuns task;
  std::map<std::string, std::size_t> places;  // of settings, by id
  std::set<std::string> trials;
};

void add(Growing& growing, const std::string& dir, const StudyTrial& of) {
  TaskRuns& task = growing.task;
  if (std::find(task.dirs.begin(), task.dirs.end(), dir) == task.dirs.end()) task.dirs.push_back(dir);
  const auto [place, is_new] = growing.places.emplace(of.trial.setting, task.settings.size());
  if (is_new) task.settings.emplace_back();
  SettingRuns& runs = task.settings[place->second];
  if (of.trial.status == "diverged") runs.has_diverged = true;
  if (of.trial.status != "completed" || !of.trial.final_metric || !growing.trials.insert(of.trial.id).second) return;
  (of.stage == "confirm" ? runs.confirmed : runs.searched).push_back(&of);
  task.network = of.trial.config.at("network").get<std::string>();
  task.dataset = of.trial.config.at("dataset").get<std::string>();
  task.epochs = of.trial.config.at("epochs").get<std::int64_t>();
  task.metric = of.trial.metric;
}

}  // namespace

std::vector<double> SettingRuns::rr_percent() const {
  std::vector<double> values;
  for (const std::vector<const StudyTrial*>& list : {searched, confirmed})
    for (const StudyTrial* of : list)
      if (of->trial.bitops_reduction_percent) values.push_back(*of->trial.bitops_reduction_percent);
  return values;
}

std::string TaskRuns::words() const {
  return fmt::format("{} on {}, {} epoch{}", network, dataset, epochs, epochs == 1 ? "" : "s");
}

const SettingRuns* TaskRuns::of_scheme(const std::string& scheme) const {
  const SettingRuns* found = nullptr;
  for (const SettingRuns& runs : settings)
    if (runs.first().scheme() == scheme && (found == nullptr || runs.first().baseline)) found = &runs;
  return found;
}

std::vector<const SettingRuns*> TaskRuns::others(const SettingRuns* than) const {
  std::vector<const SettingRuns*> list;
  for (const SettingRuns& runs : settings)
    if (&runs != than) list.push_back(&runs);
  if (std::any_of(list.begin(), list.end(), is_adaptive))
    list.erase(std::remove_if(list.begin(), list.end(), [](const SettingRuns* runs) { return !is_adaptive(runs); }),
               list.end());
  return list;
}

std::vector<TaskRuns> runs_by_task(const std::vector<RunSource>& sources) {
  std::map<std::string, Growing> tasks;
  std::vector<std::string> order;
  for (const RunSource& source : sources)
    for (const StudyTrial& of : source.trials) {
      const auto [place, is_new] = tasks.try_emplace(of.trial.task);
      if (is_new) order.push_back(of.trial.task);
      add(place->second, source.dir, of);
    }
  std::vector<TaskRuns> list;
  for (const std::string& id : order) {
    TaskRuns& task = tasks.at(id).task;
    std::vector<SettingRuns>& settings = task.settings;
    settings.erase(std::remove_if(settings.begin(), settings.end(),
                                  [](const SettingRuns& x) { return x.searched.empty() && x.confirmed.empty(); }),
                   settings.end());
    if (!settings.empty()) list.push_back(std::move(task));
  }
  return list;
}

}  // namespace ampa::study
