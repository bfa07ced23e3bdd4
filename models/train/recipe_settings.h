// The settings that say how tensors are quantized, beyond their widths, and what they come to with a scheme.
#pragma once

#include <string>
#include <vector>

#include "ir/recipe.h"
#include "quant/clipping.h"
#include "settings/own_settings.h"
#include "train/train_config.h"

namespace ampa::train {

// weight_scale, weight_clipping, weight_rounding, those of activations and gradients, gradient_scales, rate_scaling,
// weight_update, batch_norm, rate_alpha, rate_beta. The choices are "scheme", what the scheme has, by default.
const settings::OwnSettings& recipe_settings();

// Every one of the choices with "scheme" resolved: a rule of the scheme, or of the setting `clipping` where the scheme
// has none for an operand.
Json resolved_recipe(const TrainConfig& config);

// When a setting acts that only the clipping rule of this name uses.
settings::Condition clips_by(const std::string& rule);

// Fails through `reader` where rate_scaling deviation is asked for and the gradients' clipping rule measures none.
void check_recipe(const JsonReader& reader, const TrainConfig& config);

// What programs are built with; for a scheme that quantizes.
ir::Recipe recipe_of(const TrainConfig& config);

// What of these makes another run than the scheme alone: for its identity.
void add_recipe_identity(const TrainConfig& config, Json& json);

}  // namespace ampa::train
