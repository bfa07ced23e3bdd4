#include "study/study_trials.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "record/run_record.h"
#include "study/study_json.h"
#include "sweep/trial_book.h"
#include "sweep/trial_key.h"

namespace ampa::study {
namespace {

bool is_in(const Json& value, const std::vector<Json>& values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

Json settings_of(const Space& space, const Json& config) {
  Json settings = Json::object();
  for (const Dimension& dimension : space.dimensions)
    if (dimension.when_key.empty() || is_in(config.at(dimension.when_key), dimension.when_values))
      settings[dimension.key] = config.at(dimension.key);
  return settings;
}

// A list's entries differ in any keys: all that one of them has.
std::vector<std::string> keys_of(const Space& space) {
  std::vector<std::string> keys;
  for (const Dimension& dimension : space.dimensions) keys.push_back(dimension.key);
  for (const Json& entry : space.list)
    for (const auto& item : entry.items())
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) keys.push_back(item.key());
  return keys;
}

std::filesystem::path record_path(const std::filesystem::path& dir, const std::string& id) {
  return sweep::trial_dir(dir, id) / "record.json";
}

record::RunRecord record_of(const std::filesystem::path& dir, const sweep::TrialSummary& trial) {
  const std::filesystem::path path = record_path(dir, trial.id);
  record::RunRecord record = record::read_record(path);
  sweep::check_is_of_trial(record, trial, path.string());
  return record;
}

// As the study stored them, else worked out.
std::vector<std::optional<double>> figures_of(const StudyTrials& all, const std::filesystem::path& dir,
                                              const sweep::TrialSummary& trial, const Json& stored) {
  const auto known = stored.find(trial.id);
  if (known == stored.end() || known->size() != all.spec.objectives.size())
    return result_of(all.spec, {trial, [&] { return record_of(dir, trial); }}, 0).objectives;
  std::vector<std::optional<double>> figures;
  for (const Json& value : *known)
    figures.push_back(value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
  return figures;
}

StudyTrial trial_of(const StudyTrials& all, const std::filesystem::path& dir, sweep::TrialSummary trial,
                    const Json& stored) {
  StudyTrial of;
  const auto seed = trial.config.at("seed").get<std::uint64_t>();
  const bool is_searched = std::find(all.spec.seeds.begin(), all.spec.seeds.end(), seed) != all.spec.seeds.end();
  of.stage = !is_searched                         ? "confirm"
             : trial.baseline                     ? "baseline"
             : all.spec.fidelity_of(trial.config) ? "fidelity"
                                                  : "search";
  if (!trial.baseline) of.settings = settings_of(all.spec.space, trial.config);
  if (!trial.baseline && !all.spec.space.list.empty())
    for (const std::string& key : all.keys) of.settings[key] = trial.config.at(key);
  of.figures = figures_of(all, dir, trial, stored);
  of.trial = std::move(trial);
  return of;
}

}  // namespace

StudyTrials read_study_trials(const std::filesystem::path& dir) {
  const std::filesystem::path path = dir / "study.json";
  std::error_code code;
  if (!std::filesystem::exists(path, code))
    throw InputError(fmt::format("{}: expected the folder of a study (study.json), found none", dir.string()));
  const Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  reader.integer("schema_version", 1, kStudySummaryVersion);
  reader.any("context");
  StudyTrials all;
  all.spec = parse_study(reader.any("config"), path.string() + ": config");
  JsonReader results = reader.child("results");
  all.metric = record::metric_from_json(results.child("metric"));
  if (!results.any("reference").is_null()) all.reference = results.string("reference");
  all.keys = keys_of(all.spec.space);
  const Json& trials = results.array("trials");
  const Json none = Json::object();
  const Json& stored = results.has("figures") ? results.object("figures") : none;
  for (std::size_t i = 0; i < trials.size(); ++i)
    all.trials.push_back(trial_of(
        all, dir, sweep::trial_from_json(trials[i], path.string(), fmt::format("results.trials[{}]", i)), stored));
  all.record = [dir](const sweep::TrialSummary& trial) { return record_of(dir, trial); };
  all.curve = [dir](const sweep::TrialSummary& trial) {
    std::vector<double> curve;
    if (trial.num_epochs == 0) return curve;
    for (const record::EpochResult& epoch : record_of(dir, trial).epochs)
      curve.push_back(epoch.validation_metric.value_or(epoch.test_metric));
    return curve;
  };
  return all;
}

}  // namespace ampa::study
