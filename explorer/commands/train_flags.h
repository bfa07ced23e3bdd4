// The settings of a training run as a command was given them.
#pragma once

#include "commands/call.h"
#include "train/train_config.h"

namespace ampa::commands {

// --config FILE, --set KEY=VALUE, and the flags. Later ones win: defaults, file, --set, flags. A file may be a record,
// whose configuration is taken.
struct GivenSettings {
  train::TrainConfig config;
  Json given;  // without defaults
};

// Throws InputError naming the file, --set or the flag for what is no setting of the command, has a wrong value or does
// not act in the run that is asked for. Two kinds of files may hold settings that do not act: a record, and a complete
// configuration (every key there) in which they have their defaults.
GivenSettings training_settings(const Call& call);

}  // namespace ampa::commands
