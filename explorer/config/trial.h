// One training run of a sweep or study, by name.
#pragma once

#include <string>
#include <vector>

#include "train/train_config.h"

namespace ampa::config {

struct Trial {
  std::string id;       // readable, and unique to the resolved configuration
  std::string setting;  // the same without the seed: trials of one setting differ in their seed only
  std::string task;     // unique to what a setting shares with its baselines: all but scheme, AMPA keys and seed
  std::string label;    // the setting for people
  bool baseline = false;
  train::TrainConfig config;
};

// "int8", "ampa 10/20/30 Itv 0.05 Thr 3".
std::string setting_label(const train::TrainConfig& config);

// The configuration with every setting that it does not use at its default, named.
Trial make_trial(train::TrainConfig config, bool baseline);

// Says in the labels what these trials differ in beyond what setting_label shows.
void complete_labels(std::vector<Trial>& trials);

}  // namespace ampa::config
