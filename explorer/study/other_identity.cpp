#include "study/other_identity.h"

#include <fmt/format.h>

#include "common/error.h"
#include "record/run_record.h"
#include "sweep/trial_book.h"
#include "sweep/trial_key.h"

namespace ampa::study {

std::string other_identity(const Json& stored, const Decision& decision, const Lattice& lattice,
                           const std::filesystem::path& dir) {
  const Json now = to_json(decision);
  const Json &old_jobs = stored.at("jobs"), &new_jobs = now.at("jobs");
  for (std::size_t i = 0; i < std::min(old_jobs.size(), new_jobs.size()); ++i) {
    const auto old_trial = old_jobs[i].at("trial").get<std::string>();
    const bool is_same_setting =
        old_jobs[i].at("label") == new_jobs[i].at("label") && old_jobs[i].at("seed") == new_jobs[i].at("seed");
    if (!is_same_setting || old_trial == new_jobs[i].at("trial")) continue;
    try {
      const record::RunRecord record = record::read_record(sweep::trial_dir(dir, old_trial) / "record.json");
      const Job& job = decision.jobs[i];
      const sweep::TrialSummary trial = sweep::with_seed(lattice.settings[job.setting], job.seed);
      if (record.identity)
        return fmt::format("{}", fmt::join(record::differences(*record.identity, *trial.identity), "; "));
    } catch (const Error&) {  // nothing is known of that run
    }
    return "";
  }
  return "";
}

}  // namespace ampa::study
