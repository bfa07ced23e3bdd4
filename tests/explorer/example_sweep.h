// Trials with figures chosen by hand, for tests of what is made from them.
#pragma once

#include <string>

#include "sweep/summary.h"

namespace ampa::testing {

inline sweep::TrialSummary trial(const std::string& scheme, double alpha, int seed, double accuracy, double loss,
                                 double rr, std::int64_t cycles) {
  train::TrainConfig config;
  config.scheme = train::scheme_from_string(scheme, "test");
  config.ampa.alpha = alpha;
  config.seed = static_cast<std::uint64_t>(seed);
  sweep::TrialSummary trial;
  trial.label = config::setting_label(config);
  trial.setting = trial.label;
  trial.id = scheme + "-" + std::to_string(static_cast<int>(alpha)) + "-s" + std::to_string(seed);
  trial.task = "task";
  trial.baseline = scheme != "ampa";
  trial.config = train::to_json(config);
  trial.status = "completed";
  trial.num_epochs = 20;
  trial.final_metric = trial.best_metric = accuracy;
  trial.train_loss = loss;
  if (scheme == "fp32") return trial;
  trial.bitops_reduction_percent = rr;
  trial.bitops_per_image = 1e9 * (1 - rr / 100);
  trial.estimated_reduction = sweep::ReductionRange{rr - 5, rr + 5};
  trial.cycles = {{"fused-16x16", {cycles - 10, 10}, {1000, 0}, {}}};
  return trial;
}

inline sweep::SweepSummary example_sweep() {
  sweep::SweepSummary summary;
  summary.name = "example";
  summary.points = {"fused-16x16"};
  for (const int seed : {1, 2, 3}) {
    const double wobble = 0.1 * (seed - 2);
    summary.trials.push_back(trial("fp32", 0, seed, 90.2 + wobble, 0.02, 0, 0));
    summary.trials.push_back(trial("int8", 0, seed, 90.0 + wobble, 0.03, 0, 1000));
    summary.trials.push_back(trial("int4", 0, seed, 86.0 + wobble, 0.20, 75, 400));
    summary.trials.push_back(trial("ampa", 10, seed, 89.5 + wobble, 0.10, 50, 600));
    summary.trials.push_back(trial("ampa", 20, seed, 89.8 + wobble, 0.06, 40, 700));
    summary.trials.push_back(trial("ampa", 30, seed, 88.5 + wobble, 0.12, 45, 650));
  }
  summary.settings = sweep::summarise_settings(summary.trials);
  return summary;
}

}  // namespace ampa::testing
