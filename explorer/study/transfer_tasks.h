// What studies and sweeps at hand tried: by task, so that another task can learn from them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "statistics/paired_test.h"
#include "study/task_runs.h"

namespace ampa::study {

// A setting on one task.
struct TriedSetting {
  std::string label;
  Json carried;                      // carried_settings
  std::vector<double> losses;        // against the reference, paired by seed: on the test samples and of unseen
  bool is_confirmed = false;         // seeds if it was confirmed, else of the search
  std::optional<double> rr_percent;  // mean
  std::optional<sweep::ReductionRange> range;  // estimated before training
  double mean_loss() const;
  // Where RR came to lie between the ends of the range: 0 .. 1, or beyond, as they are estimates. None without both.
  std::optional<double> place() const;
};

// A network with a data set and a schedule.
struct TransferTask {
  std::string network, dataset;
  std::int64_t epochs = 0;
  std::string words;              // of these: "resnet20 on cifar10, 30 epochs"
  int num_layers = 0;             // quantized ones
  std::vector<std::string> dirs;  // that have runs of it
  Metric metric;
  std::vector<TriedSetting> settings;  // the adaptive ones, else all but the reference
  // Which of them settings come to here, as different ratios may select the same layers.
  std::function<std::optional<std::size_t>(const Json& carried)> find;
};

struct TransferEvidence {
  std::string reference;  // scheme that losses are against
  std::vector<TransferTask> tasks;
  std::vector<std::string> left_out;  // sentences: tasks without the reference, settings with a run that diverged
};

// Runs of one task in several folders are taken together. `reference` is a scheme; empty: int8 where any task has it,
// else fp32. Throws InputError if no task has runs of the reference and of a setting, and for tasks whose metrics are
// not the same.
TransferEvidence transfer_evidence(const std::vector<RunSource>& sources, const std::string& reference);

}  // namespace ampa::study
