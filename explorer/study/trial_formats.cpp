#include "study/study_trials.h"

namespace ampa::study {

const std::vector<TrialFormat>& trial_formats() {
  static const std::vector<TrialFormat> table = {
      {"csv", "a line for each trial and point", trials_csv},
      {"optuna", "a journal that Optuna reads", optuna_journal},
  };
  return table;
}

const TrialFormat* find_trial_format(const std::string& name) {
  for (const TrialFormat& format : trial_formats())
    if (format.name == name) return &format;
  return nullptr;
}

}  // namespace ampa::study
