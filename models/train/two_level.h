// What a configuration makes of layers of two levels, if its scheme has them.
#pragma once

#include "data/source.h"
#include "ir/network.h"
#include "ir/recipe.h"
#include "train/train_config.h"

namespace ampa::train {

bool has_two_levels(const Scheme& scheme);

// Unset if the scheme has none.
std::optional<ir::TwoLevel> two_level_of(const TrainConfig& config);

// The network that is trained, shaped for the data: that of the description, of a scheme of two levels as
// ops::two_level_network has it. Throws InputError.
ir::Network network_of(const TrainConfig& config, const data::SourceShape& shape);

}  // namespace ampa::train
