// Optuna's journal: a line of JSON for each operation. CREATE_STUDY (0) once, then for each trial a CREATE_TRIAL (4)
// with all that it came to, as Optuna 3.1's JournalStorage writes for a trial that is added whole
// (optuna/storages/_journal/storage.py).
#include <algorithm>
#include <cmath>
#include <map>

#include "study/study_trials.h"

namespace ampa::study {
namespace {

constexpr int kCreateStudy = 0, kCreateTrial = 4;
constexpr int kMinimize = 1, kMaximize = 2;
constexpr int kComplete = 1, kPruned = 2, kFail = 3, kWaiting = 4;
constexpr const char* kWorker = "ampa";

struct Distribution {
  Json attributes;
  std::string name;
  std::vector<Json> choices;  // of a categorical one: a parameter is kept as the place of its value

  std::string json() const { return Json({{"name", name}, {"attributes", attributes}}).dump(); }
  Json internal(const Json& value) const {
    if (choices.empty()) return value.get<double>();
    return static_cast<double>(std::find(choices.begin(), choices.end(), value) - choices.begin());
  }
};

// Choices may be numbers, texts, truth values or null: anything else is written as its text.
Json choice(const Json& value) {
  return value.is_structured() ? Json(value.dump()) : value;
}

Distribution distribution_of(const std::vector<Json>& values) {
  const auto all = [&](bool (*is)(const Json& value)) { return std::all_of(values.begin(), values.end(), is); };
  if (!all([](const Json& value) { return value.is_number(); })) {
    Json choices = Json::array();
    for (const Json& value : values) choices.push_back(choice(value));
    return {{{"choices", choices}}, "CategoricalDistribution", values};
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (all([](const Json& value) { return value.is_number_integer(); }))
    return {{{"log", false}, {"step", 1}, {"low", *low}, {"high", *high}}, "IntDistribution", {}};
  return {{{"step", nullptr}, {"low", low->get<double>()}, {"high", high->get<double>()}, {"log", false}},
          "FloatDistribution",
          {}};
}

std::map<std::string, Distribution> distributions_of(const StudyTrials& all) {
  std::map<std::string, std::vector<Json>> values;
  for (const StudyTrial& of : all.trials)
    for (const auto& item : of.settings.items()) {
      std::vector<Json>& known = values[item.key()];
      if (std::find(known.begin(), known.end(), item.value()) == known.end()) known.push_back(item.value());
    }
  for (const Dimension& dimension : all.spec.space.dimensions)
    if (values.count(dimension.key) > 0)
      for (const Json& value : dimension.values) {
        std::vector<Json>& known = values[dimension.key];
        if (std::find(known.begin(), known.end(), value) == known.end()) known.push_back(value);
      }
  std::map<std::string, Distribution> distributions;
  for (const auto& [key, list] : values) distributions.emplace(key, distribution_of(list));
  return distributions;
}

// Complete only with a value for each objective.
int state_of(const StudyTrial& of) {
  const bool is_whole = std::all_of(of.figures.begin(), of.figures.end(), [](const std::optional<double>& figure) {
    return figure && std::isfinite(*figure);
  });
  if (of.trial.status == "completed") return is_whole ? kComplete : kFail;
  if (of.trial.status == "paused" || of.trial.status == "interrupted") return kPruned;
  return of.trial.status == "pending" ? kWaiting : kFail;
}

Json trial_line(const StudyTrials& all, const StudyTrial& of, const std::map<std::string, Distribution>& known) {
  Json params = Json::object(), distributions = Json::object(), curve = Json::object();
  for (const auto& item : of.settings.items()) {
    params[item.key()] = known.at(item.key()).internal(item.value());
    distributions[item.key()] = known.at(item.key()).json();
  }
  const std::vector<double> metric = all.curve(of.trial);
  for (std::size_t epoch = 0; epoch < metric.size(); ++epoch)
    if (std::isfinite(metric[epoch])) curve[std::to_string(epoch)] = metric[epoch];
  const int state = state_of(of);
  Json values = nullptr;
  if (state == kComplete) {
    values = Json::array();
    for (const std::optional<double>& figure : of.figures) values.push_back(*figure);
  }
  const bool is_one = values.is_array() && values.size() == 1;
  Json attributes = {
      {"trial", of.trial.id}, {"label", of.trial.label}, {"stage", of.stage}, {"seed", of.trial.config.at("seed")}};
  if (of.trial.final_metric) attributes["test_" + metric_key(all.metric)] = *of.trial.final_metric;
  return {{"op_code", kCreateTrial},
          {"worker_id", kWorker},
          {"study_id", 0},
          {"datetime_start", nullptr},
          {"state", state},
          {"value", is_one ? values[0] : Json(nullptr)},
          {"values", is_one ? Json(nullptr) : values},
          {"distributions", distributions},
          {"params", params},
          {"user_attrs", attributes},
          {"system_attrs", Json::object()},
          {"intermediate_values", curve}};
}

}  // namespace

std::string optuna_journal(const StudyTrials& all) {
  Json directions = Json::array();
  for (const Objective& objective : all.spec.objectives)
    directions.push_back(objective.larger_is_better(all.metric) ? kMaximize : kMinimize);
  std::string journal = Json({{"op_code", kCreateStudy},
                              {"worker_id", kWorker},
                              {"study_name", all.spec.name},
                              {"directions", directions}})
                            .dump() +
                        '\n';
  const std::map<std::string, Distribution> distributions = distributions_of(all);
  for (const StudyTrial& of : all.trials)
    if (of.stage != "fidelity") journal += trial_line(all, of, distributions).dump() + '\n';
  return journal;
}

}  // namespace ampa::study
