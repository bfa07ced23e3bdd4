// The table of the commands' settings: every flag of every command, what it takes, and when it acts. Flags, help, the
// refusal of what does not act, and the page of settings follow from it.
#pragma once

#include <string>
#include <vector>

#include "settings/setting.h"

namespace ampa::config {

constexpr const char* kDefaultPoint = "fused-16x16";
constexpr const char* kDefaultScratchpads = "a=16K,b=64K,sums=16K,port=16";

struct Flag {
  settings::Setting setting;  // with the command's own default and condition
  bool required = false;
  bool positional = false;         // DIR instead of --dir DIR
  bool training = false;           // of train::train_settings
  bool hidden = false;             // between processes of the command itself
  bool default_is_silent = false;  // typing the default is no error where the flag does not act
  int max_values = 1;              // words behind one occurrence

  std::string name() const;  // "--batch-size", or "DIR"
};

struct CommandSettings {
  std::string name;  // "trace record"
  std::string help;
  std::vector<Flag> flags;

  const Flag* find(const std::string& key) const;  // null if there is none
};

const std::vector<CommandSettings>& command_settings();
const CommandSettings& settings_of(const std::string& command);  // must be one

// What is typed, over the defaults of the command's flags.
settings::Values values_of(const CommandSettings& command, const Json& typed);

// Throws InputError for a flag that is required and not typed, and for the first that is typed and does not act:
// "--cross-check: acts only with --memory and --record". The settings of training are left to the reader of
// configurations, which knows of files too.
void check_flags(const CommandSettings& command, const Json& typed);

}  // namespace ampa::config
