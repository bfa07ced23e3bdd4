// The table of a sweep's trials, with a study's label, stage, settings and objectives behind it.
#include <fmt/format.h>

#include "common/csv_text.h"
#include "study/study_trials.h"
#include "sweep/summary_csv.h"

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
  std::vector<sweep::TrialSummary> trials;
  for (const StudyTrial& of : all.trials) trials.push_back(of.trial);
  std::vector<sweep::TrialColumn> more = {{"label", [&](std::size_t i) { return csv_text(all.trials[i].trial.label); }},
                                          {"stage", [&](std::size_t i) { return all.trials[i].stage; }}};
  for (const std::string& key : all.keys)
    more.push_back({"space." + key, [&](std::size_t i) {
                      const Json& settings = all.trials[i].settings;
                      return settings.contains(key) ? cell(settings.at(key)) : "";
                    }});
  for (std::size_t k = 0; k < all.spec.objectives.size(); ++k) {
    const Objective& objective = all.spec.objectives[k];
    more.push_back({"objective." + objective.info->name + (objective.point.empty() ? "" : '@' + objective.point),
                    [&, k](std::size_t i) { return cell(all.trials[i].figures[k]); }});
  }
  return sweep::trials_csv(trials, more);
}

}  // namespace ampa::study
