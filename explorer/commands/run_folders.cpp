#include "commands/run_folders.h"

#include <fmt/format.h>

#include "commands/study_dir.h"
#include "commands/sweep_dir.h"
#include "common/error.h"

namespace ampa::commands {

std::vector<study::StudyTrial> trials_of(const std::filesystem::path& dir) {
  if (is_study(dir)) return study::read_study_trials(dir).trials;
  if (!std::filesystem::exists(dir / "sweep.json"))
    throw InputError(fmt::format(
        "{}: expected the folder of a study (study.json) or of a sweep (sweep.json), found neither", dir.string()));
  std::vector<study::StudyTrial> trials;
  for (sweep::TrialSummary& trial : read_summary(dir).trials) {
    trials.emplace_back();
    trials.back().stage = trial.baseline ? "baseline" : "search";
    trials.back().trial = std::move(trial);
  }
  return trials;
}

}  // namespace ampa::commands
