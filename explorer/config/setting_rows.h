// The rows of the table of the commands' settings.
#pragma once

#include <string>
#include <vector>

#include "settings/setting.h"

namespace ampa::config {

// A command that has the setting, and what is its own about it.
struct Use {
  std::string command;
  settings::Condition acts;
  Json otherwise;               // the command's default, if not the row's
  std::string otherwise_words;  // the same in words
  bool required = false;
  bool default_is_silent = false;

  static Use in(std::string command, settings::Condition acts = {}) {
    return {std::move(command), std::move(acts), nullptr, "", false, false};
  }
  Use& by_default(Json value) { return otherwise = std::move(value), *this; }
  Use& by_default_words(std::string words) { return otherwise_words = std::move(words), *this; }
  Use& must() { return required = true, *this; }
  Use& silent_default() { return default_is_silent = true, *this; }
};

struct SettingRow {
  settings::Setting setting;
  std::vector<Use> uses;
  bool positional = false, hidden = false;
  int max_values = 1;
};

struct CommandRow {
  std::string name, help;
};

const std::vector<CommandRow>& command_rows();
const std::vector<SettingRow>& setting_rows();

}  // namespace ampa::config
