#include "train/recipe.h"

namespace ampa::train {

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> table = {
      {"default", "the defaults of the table of settings", Json::object()},
      {"cifar",
       "SGD with momentum 0.9 and weight decay 5e-4, batches of 128, 0.1 falling along a cosine, flips and crops",
       {{"optimizer", "sgd"},
        {"momentum", 0.9},
        {"weight_decay", 5e-4},
        {"lr", 0.1},
        {"lr_schedule", "cosine"},
        {"batch_size", 128},
        {"augment", "flip-crop"}}},
      {"imagenet",
       "SGD with momentum 0.9 and weight decay 1e-4 except on norms and biases, batches of 256, 0.1 falling along a "
       "cosine, flips and crops",
       {{"optimizer", "sgd"},
        {"momentum", 0.9},
        {"weight_decay", 1e-4},
        {"decay_exempt", "norms-biases"},
        {"lr", 0.1},
        {"lr_schedule", "cosine"},
        {"batch_size", 256},
        {"augment", "flip-crop"}}},
      {"adam",
       "AdamW with weight decay 0.05 except on norms and biases, 5e-4 falling along a cosine, batches of 128, flips "
       "and "
       "crops",
       {{"optimizer", "adamw"},
        {"weight_decay", 0.05},
        {"decay_exempt", "norms-biases"},
        {"lr", 5e-4},
        {"lr_schedule", "cosine"},
        {"batch_size", 128},
        {"augment", "flip-crop"}}},
  };
  return table;
}

Json with_recipe(const Json& given) {
  if (!given.is_object() || !given.contains("recipe")) return given;
  for (const Recipe& row : recipes()) {
    if (given.at("recipe") != row.name) continue;
    Json all = row.values;
    all.update(given);
    return all;
  }
  return given;
}

}  // namespace ampa::train
