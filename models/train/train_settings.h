// The table of a training run's settings: keys of configurations, flags of the commands that train, dimensions of
// sweeps.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "settings/setting.h"
#include "train/train_config.h"

namespace ampa::train {

// One line of the table: what the setting is, and where it lies in a configuration.
struct TrainSetting {
  settings::Setting setting;
  void (*read)(TrainConfig& config, const Json& value);  // of a value that the setting accepts
  Json (*write)(const TrainConfig& config);
  bool ampa_only = false;  // acts only with the scheme ampa
};

// In the order of to_json.
const std::vector<TrainSetting>& train_settings();
const TrainSetting* find_train_setting(const std::string& key);  // null if there is none
std::vector<std::string> train_setting_keys();

// The keys among `given` whose values a run of `config` does not use, in the table's order.
std::vector<std::string> idle_keys(const Json& given, const TrainConfig& config);

// Every setting that the run does not use at its default, so that configurations of one run are one.
TrainConfig with_idle_defaults(const TrainConfig& config);

// Throws InputError "SOURCE: PREFIX.KEY: acts only with ..." for the first key of `given` that idle_keys names.
void refuse_idle(const Json& given, const TrainConfig& config, const std::string& source,
                 const std::string& prefix = "");

}  // namespace ampa::train
