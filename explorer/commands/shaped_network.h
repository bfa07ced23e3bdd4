// The network of a configuration where nothing is trained.
#pragma once

#include "ir/network.h"
#include "train/train_config.h"

namespace ampa::commands {

// Shaped by the data set if one is named, else by the network's own description. Throws InputError for what cannot be
// loaded.
ir::Network shaped_network(const train::TrainConfig& config, bool has_dataset);

}  // namespace ampa::commands
