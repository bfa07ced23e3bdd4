// The table of a training run's settings: keys of configurations, flags of the commands that train, dimensions of
// sweeps.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "settings/own_settings.h"
#include "settings/setting.h"
#include "train/train_config.h"

namespace ampa::train {

// One line of the table: what the setting is, and where it lies in a configuration.
struct TrainSetting {
  settings::Setting setting;
  std::function<void(TrainConfig& config, const Json& value)> read;  // of a value that the setting accepts
  std::function<Json(const TrainConfig& config)> write;
  bool of_scheme = false;  // acts only with some schemes
  bool is_late = false;    // came after the first records: a run's name holds it only where it is not at its default
};

// In the order of to_json.
const std::vector<TrainSetting>& train_settings();
const TrainSetting* find_train_setting(const std::string& key);  // null if there is none
std::vector<std::string> train_setting_keys();

// Replaces what was given by what it stands for where the rows of tables say so (settings::OwnSettings::settle).
void settle_own(const std::function<std::string(const std::string& key)>& place, TrainConfig& config);

// Fails through `reader` where the settings that rows of the tables declare for themselves do not agree.
void check_own(const JsonReader& reader, const TrainConfig& config);

// to_json without the recipe, whose values the other keys have, and without the late settings that are at their
// defaults: what names of runs are made from, so that they stay when a setting is added.
Json naming_json(const TrainConfig& config);

// The settings that the configuration's row of a table declares, in its order, each with its value.
Json own_values(const settings::OwnSettings& own, const TrainConfig& config);

// Whether a run of the configuration uses the setting.
bool acts(const TrainSetting& row, const TrainConfig& config);

// The keys among `given` whose values a run of `config` does not use, in the table's order.
std::vector<std::string> idle_keys(const Json& given, const TrainConfig& config);

// Every setting that the run does not use at its default, so that configurations of one run are one.
TrainConfig with_idle_defaults(const TrainConfig& config);

// Throws InputError "SOURCE: PREFIX.KEY: acts only with ..." for the first key of `given` that idle_keys names.
void refuse_idle(const Json& given, const TrainConfig& config, const std::string& source,
                 const std::string& prefix = "");

}  // namespace ampa::train
