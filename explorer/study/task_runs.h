// The completed runs of studies and sweeps by task: a network with a data set and a schedule.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "study/study_trials.h"

namespace ampa::study {

// The runs of a folder.
struct RunSource {
  std::string dir;
  std::vector<StudyTrial> trials;
};

// Those of one setting. Points into the sources, which outlive it.
struct SettingRuns {
  std::vector<const StudyTrial*> searched, confirmed;
  bool has_diverged = false;  // another run of it
  const sweep::TrialSummary& first() const { return (searched.empty() ? confirmed : searched).front()->trial; }
  std::vector<double> rr_percent() const;  // of all of them that have it
};

struct TaskRuns {
  std::string network, dataset;
  std::int64_t epochs = 0;
  Metric metric;
  std::vector<SettingRuns> settings;  // with a completed run, in the order in which they came
  std::vector<std::string> dirs;      // that have runs of it
  std::string words() const;          // "resnet20 on cifar10, 30 epochs"

  // The setting of a scheme, a baseline if one is; null: none.
  const SettingRuns* of_scheme(const std::string& scheme) const;
  // All others; without those of fixed widths if there are any whose widths adapt.
  std::vector<const SettingRuns*> others(const SettingRuns* than) const;
};

// In the order in which tasks come; those without a completed run are left out. A run that is in several folders counts
// once.
std::vector<TaskRuns> runs_by_task(const std::vector<RunSource>& sources);

}  // namespace ampa::study
