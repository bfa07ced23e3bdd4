// Fixed widths against settings that save at least as many bit operations: which is better, and what either saves on
// every hardware point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "statistics/mean_interval.h"
#include "study/task_runs.h"

namespace ampa::study {

// Cycles of a run on a hardware point.
struct CyclesAgainst {
  std::string point;
  statistics::MeanInterval fewer_percent;  // the setting's against the scheme's, paired by seed
  double of_setting = 0, of_scheme = 0;    // percent that either saves against INT8 there; means
};

struct SettingAgainst {
  std::string label;
  double rr_percent = 0;                         // mean
  std::optional<statistics::MeanInterval> lead;  // by how much its metric is better, paired by seed; none: no seed in
                                                 // common
  bool is_confirmed = false;                     // of unseen seeds and test samples
  std::optional<double> p;  // of a lead as large if it had none, one-sided, by Holm over all that match
  std::vector<CyclesAgainst> points;
};

struct TaskAgainst {
  std::string words;  // of the task
  Metric metric;
  std::string scheme;
  double rr_percent = 0;       // mean of the scheme's
  std::int64_t num_seeds = 0;  // of the scheme's
  // Those whose mean RR is at least the scheme's, the largest lead first; if there are none, the one that comes
  // closest.
  std::vector<SettingAgainst> settings;
  bool is_matched = false;  // they save at least as much
  std::int64_t num_settings = 0;
};

// Of every task that has runs of the scheme. Throws InputError if none has, or for a scheme without bit operations.
std::vector<TaskAgainst> against(const std::vector<RunSource>& sources, const std::string& scheme);

std::string against_words(const std::vector<TaskAgainst>& tasks);
Json to_json(const std::vector<TaskAgainst>& tasks, const std::string& scheme, const Json& context);

}  // namespace ampa::study
