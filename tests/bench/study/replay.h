// A study replayed on the recorded table: the real decisions, without trainings.
#pragma once

#include <functional>

#include "bench/study/settings_table.h"

namespace ampa::bench {

struct Replayed {
  std::vector<std::size_t> complete;  // settings, in the order in which all their seeds came to the end
  std::int64_t num_epochs = 0;        // of all runs
};

// Decides until the study ends, or until `enough` settings are complete. `recorded_seed`: of the table, by the study's.
inline Replayed replay(
    const SettingsTable& table, const study::StudySpec& spec, const study::Lattice& lattice, study::Engine& engine,
    const std::function<bool(const Replayed&)>& is_enough = [](const Replayed&) { return false; },
    const std::function<std::uint64_t(std::uint64_t)>& recorded_seed = [](std::uint64_t seed) { return seed; }) {
  Replayed replayed;
  std::map<std::string, std::int64_t> epochs_of;  // by trial
  std::map<std::size_t, std::size_t> complete_seeds;
  for (;;) {
    const study::Decision decision = engine.decide(false);
    if (!decision.end.empty()) return replayed;
    for (const study::Job& job : decision.jobs) {
      const study::RunResult result = table.result(spec, lattice, job, recorded_seed(job.seed));
      std::int64_t& epochs = epochs_of[job.trial];
      replayed.num_epochs += result.epochs - epochs;
      epochs = result.epochs;
      engine.add(result);
      if (result.completed && ++complete_seeds[job.setting] == spec.seeds.size())
        replayed.complete.push_back(job.setting);
    }
    if (is_enough(replayed)) return replayed;
  }
}

}  // namespace ampa::bench
