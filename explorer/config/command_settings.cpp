#include "config/command_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "config/setting_rows.h"
#include "train/train_settings.h"

namespace ampa::config {
namespace {

using settings::Setting;

// The settings of training that a command uses; empty: all.
struct TrainingCommand {
  const char* command;
  std::vector<std::string> keys;
};

const std::vector<TrainingCommand>& training_commands() {
  static const std::vector<TrainingCommand> list = {
      {"estimate",
       {"network", "dataset", "data_dir", "alpha", "beta", "gamma", "itv", "itv_epochs", "thr", "ladder", "epochs",
        "granularity", "itv_from"}},
      {"train", {}},
      {"trace record", {}}};
  return list;
}

bool uses(const TrainingCommand& command, const std::string& key) {
  return command.keys.empty() || std::find(command.keys.begin(), command.keys.end(), key) != command.keys.end();
}

// `ampa estimate` is of AMPA and, without a data set, of the network's own input.
Setting as_estimated(Setting setting) {
  if (setting.key == "dataset") setting.by_default(nullptr).by_default_words("none: the network's own input");
  if (setting.key != "data_dir") setting.acts_only({});
  return setting;
}

void add_training(CommandSettings& command) {
  for (const TrainingCommand& training : training_commands()) {
    if (training.command != command.name) continue;
    for (const train::TrainSetting& row : train::train_settings()) {
      if (!uses(training, row.setting.key)) continue;
      Flag flag;
      flag.setting = command.name == "estimate" ? as_estimated(row.setting) : row.setting;
      flag.training = true;
      command.flags.push_back(flag);
    }
  }
}

Flag flag_of(const SettingRow& row, const Use& use) {
  Flag flag;
  flag.setting = row.setting;
  flag.setting.acts_only(use.acts);
  if (!use.otherwise.is_null()) flag.setting.by_default(use.otherwise);
  if (!use.otherwise_words.empty()) flag.setting.by_default_words(use.otherwise_words);
  flag.required = use.required;
  flag.positional = row.positional;
  flag.hidden = row.hidden;
  flag.default_is_silent = use.default_is_silent;
  flag.max_values = row.max_values;
  return flag;
}

std::vector<CommandSettings> make_commands() {
  std::vector<CommandSettings> commands;
  for (const CommandRow& row : command_rows()) {
    CommandSettings command{row.name, row.help, {}};
    for (const SettingRow& setting : setting_rows())
      for (const Use& use : setting.uses)
        if (use.command == command.name) command.flags.push_back(flag_of(setting, use));
    add_training(command);
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace

std::string Flag::name() const {
  return positional ? setting.place : settings::name_in(settings::Style::kFlag, setting.key);
}

const Flag* CommandSettings::find(const std::string& key) const {
  for (const Flag& flag : flags)
    if (flag.setting.key == key) return &flag;
  return nullptr;
}

const std::vector<CommandSettings>& command_settings() {
  static const std::vector<CommandSettings> commands = make_commands();
  return commands;
}

const CommandSettings& settings_of(const std::string& command) {
  for (const CommandSettings& row : command_settings())
    if (row.name == command) return row;
  throw RunError("settings: no command is called " + command);
}

settings::Values values_of(const CommandSettings& command, const Json& typed) {
  return [&command, &typed](const std::string& key) -> Json {
    if (typed.contains(key)) return typed.at(key);
    const Flag* flag = command.find(key);
    return flag == nullptr ? Json() : flag->setting.otherwise;
  };
}

void check_flags(const CommandSettings& command, const Json& typed) {
  for (const Flag& flag : command.flags)
    if (flag.required && !typed.contains(flag.setting.key))
      throw InputError(fmt::format("{}: expected {}, found nothing (see ampa {} --help)", flag.name(),
                                   flag.setting.help, command.name));
  for (const Flag& flag : command.flags) {
    const auto value = typed.find(flag.setting.key);
    if (flag.training || value == typed.end()) continue;
    if (flag.default_is_silent && *value == flag.setting.otherwise) continue;
    if (!flag.setting.acts.holds(values_of(command, typed)))
      throw InputError(fmt::format("{}: acts only {}", flag.name(), flag.setting.acts.words(settings::Style::kFlag)));
  }
}

}  // namespace ampa::config
