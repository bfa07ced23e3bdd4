#include <map>
#include <set>

#include "report/chart_numbers.h"
#include "report/figures.h"
#include "report/importance_data.h"
#include "report/run_data.h"
#include "report/study_data.h"

namespace ampa::report {
namespace {

// Runs whose layers are shown: a page of all of them would not open on a telephone.
constexpr std::size_t kMaxDetailed = 150;

Json figures_json(const ReportInput& input) {
  Json list = Json::array();
  for (const Figure& figure : figures_of(input))
    list.push_back({{"key", figure.key}, {"title", figure.title}, {"larger_is_better", figure.larger_is_better}});
  return list;
}

Json cycles_json(const sweep::SettingSummary& setting) {
  Json json = Json::object();
  for (const sweep::PointStatistics& point : setting.cycles)
    json[point.point] = {rounded(point.compute_mean), rounded(point.fill_drain_mean), rounded(point.operand_stall_mean),
                         rounded(point.write_stall_mean)};
  return json;
}

class Settings {
 public:
  explicit Settings(const ReportInput& input) : input_(input), figures_(figures_of(input)), dims_(dims_of(input)) {
    if (input.study) verdicts_ = verdicts_json(*input.study);
    for (const sweep::TrialSummary& trial : input.summary.trials)
      if (counts(input, trial)) runs_[trial.setting].push_back(&trial);
    for (const sweep::Recommendation& task : input.recommendations)
      if (!task.ranked.empty()) recommended_.insert(task.ranked.front().setting.id);
  }

  const std::vector<std::string>& dims() const { return dims_; }

  Json json(const sweep::SettingSummary& setting) const {
    Json json = {{"id", setting.id},
                 {"task", setting.task},
                 {"label", setting.label},
                 {"same_runs", setting.same_runs},
                 {"scheme", setting.scheme},
                 {"baseline", setting.baseline},
                 {"runs", setting.num_trials},
                 {"diverged", setting.num_diverged},
                 {"recommended", recommended_.count(setting.id) != 0},
                 {"status", "complete"},
                 {"meets", nullptr},
                 {"confirmed", nullptr},
                 {"range", nullptr},
                 {"config", Json::object()},
                 {"figures", Json::object()},
                 {"cycles", cycles_json(setting)}};
    for (const std::string& dim : dims_) json["config"][dim] = setting.config.value(dim, Json());
    if (setting.estimated_reduction)
      json["range"] = {rounded(setting.estimated_reduction->low_percent),
                       rounded(setting.estimated_reduction->high_percent)};
    const auto found = verdicts_.find(setting.id);
    if (found != verdicts_.end()) json.update(*found);
    const auto runs = runs_.find(setting.id);
    if (runs != runs_.end()) add_figures(json["figures"], runs->second);
    return json;
  }

 private:
  void add_figures(Json& json, const std::vector<const sweep::TrialSummary*>& runs) const {
    for (const Figure& figure : figures_) {
      if (!figure.value) continue;
      std::vector<double> values;
      for (const sweep::TrialSummary* run : runs)
        if (const std::optional<double> value = figure.value(*run)) values.push_back(*value);
      if (!values.empty()) json[figure.key] = spread_json(values, figure.scale);
    }
  }

  const ReportInput& input_;
  std::vector<Figure> figures_;
  std::vector<std::string> dims_;
  Json verdicts_ = Json::object();
  std::map<std::string, std::vector<const sweep::TrialSummary*>> runs_;
  std::set<std::string> recommended_;
};

// Those whose layers are shown: of settings that the page speaks of, then in the order of the runs.
std::set<std::string> detailed(const ReportInput& input, const Json& settings) {
  std::set<std::string> named, ids;
  for (const Json& setting : settings)
    if (setting.at("recommended") == true || !setting.at("confirmed").is_null() || setting.at("baseline") == true)
      named.insert(setting.at("id").get<std::string>());
  if (input.study)
    for (const Json& setting : input.study->summary.at("results").at("settings"))
      if (setting.at("on_front") == true) named.insert(setting.at("id").get<std::string>());
  for (const bool of_named : {true, false})
    for (const sweep::TrialSummary& trial : input.summary.trials)
      if (ids.size() < kMaxDetailed && (named.count(trial.setting) != 0) == of_named) ids.insert(trial.id);
  return ids;
}

Json trial_json(const ReportInput& input, const sweep::TrialSummary& trial, bool with_layers) {
  Json json = {{"id", trial.id},           {"setting", trial.setting},
               {"task", trial.task},       {"label", trial.label},
               {"scheme", trial.scheme()}, {"seed", trial.config.value("seed", 0)},
               {"status", trial.status},   {"confirming", input.study && is_confirming(*input.study, trial)}};
  const std::optional<record::RunRecord> record = input.record_of ? input.record_of(trial) : std::nullopt;
  if (!record) return json;
  add_history(json, *record);
  if (with_layers) add_layers(json, *record, trial, input);
  return json;
}

Json tasks_json(const ReportInput& input) {
  Json tasks = Json::array();
  std::set<std::string> seen;
  for (const sweep::TrialSummary& trial : input.summary.trials)
    if (seen.insert(trial.task).second)
      tasks.push_back({{"id", trial.task},
                       {"label", trial.config.value("network", "") + " on " + trial.config.value("dataset", "")},
                       {"metric", metric_title(trial.metric)},
                       {"samples", selects_on_validation(input) ? "validation" : "test"},
                       {"larger_is_better", trial.metric.larger_is_better}});
  return tasks;
}

const char* kind_of(const ReportInput& input) {
  return input.study ? "study" : input.summary.trials.size() == 1 ? "run" : "sweep";
}

}  // namespace

Json chart_data(const ReportInput& input) {
  Json data;
  const Settings settings(input);
  data["kind"] = kind_of(input);
  data["name"] = input.summary.name;
  data["points"] = input.summary.points;
  data["memory"] = input.core ? Json(input.core->memory) : Json(nullptr);
  data["tasks"] = tasks_json(input);
  data["figures"] = figures_json(input);
  data["dims"] = settings.dims();
  data["settings"] = Json::array();
  for (const sweep::SettingSummary& setting : input.summary.settings)
    data["settings"].push_back(settings.json(setting));
  data["trials"] = Json::array();
  const std::set<std::string> with_layers = detailed(input, data["settings"]);
  for (const sweep::TrialSummary& trial : input.summary.trials)
    data["trials"].push_back(trial_json(input, trial, with_layers.count(trial.id) != 0));
  data["importance"] = importance_json(input, settings.dims());
  data["progress"] = input.study ? progress_json(input) : Json::array();
  data["rungs"] = input.study ? rungs_json(*input.study) : Json::object();
  data["fidelities"] = input.study ? fidelities_json(*input.study) : Json::array();
  return data;
}

}  // namespace ampa::report
