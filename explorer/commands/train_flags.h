// The keys of a train config as flags of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "train/train_config.h"

namespace ampa::commands {

// --config FILE, --set KEY=VALUE, and one flag for every key. Later ones win: defaults, file, --set, flags.
class TrainFlags {
 public:
  // `keys` empty: all of them.
  void add(CLI::App& command, const std::vector<std::string>& keys = {});

  // Throws InputError naming the file, or "command line", and the key.
  train::TrainConfig resolve() const;

  // What the user gave, without defaults.
  Json given() const;

 private:
  std::string file_;
  std::vector<std::string> assignments_;
  std::map<std::string, std::string> texts_;     // by key; what was typed
  std::map<std::string, CLI::Option*> options_;  // by key
};

}  // namespace ampa::commands
