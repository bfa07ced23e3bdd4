// trial, label, stage, the space's settings, seed, status, num_epochs, the objectives, the metric on the test set.
#include <fmt/format.h>

#include "common/csv_text.h"
#include "study/study_trials.h"

namespace ampa::study {
namespace {

std::string cell(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string cell(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return csv_text(value.get<std::string>());
  return value.is_structured() ? csv_text(value.dump()) : value.dump();
}

}  // namespace

std::string trials_csv(const StudyTrials& all) {
  std::string csv = "trial,label,stage";
  for (const std::string& key : all.keys) csv += ',' + csv_text(key);
  csv += ",seed,status,num_epochs";
  for (const Objective& objective : all.spec.objectives)
    csv += ',' + csv_text(objective.info->name == "metric" ? metric_key(all.metric) : objective.words());
  csv += fmt::format(",test_{}\n", metric_key(all.metric));
  for (const StudyTrial& of : all.trials) {
    csv += fmt::format("{},{},{}", csv_text(of.trial.id), csv_text(of.trial.label), of.stage);
    for (const std::string& key : all.keys) csv += ',' + cell(of.settings.contains(key) ? of.settings.at(key) : Json());
    csv += fmt::format(",{},{},{}", of.trial.config.at("seed").dump(), of.trial.status, of.trial.num_epochs);
    for (const std::optional<double>& figure : of.figures) csv += ',' + cell(figure);
    csv += ',' + cell(of.trial.final_metric) + '\n';
  }
  return csv;
}

}  // namespace ampa::study
