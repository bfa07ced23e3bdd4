// Named sets of settings that are usual for a task: what a run does not say itself is the recipe's in place of the
// default. A resolved configuration holds all values, which are what counts; its name is kept for the reader.
#pragma once

#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::train {

struct Recipe {
  std::string name, description;
  Json values = Json::object();  // keys of the configuration
};

// The table: default (no values), cifar, imagenet, adam.
const std::vector<Recipe>& recipes();

// The keys of `given` and those of its recipe that it does not hold; `given` itself if its recipe is none of the table.
Json with_recipe(const Json& given);

}  // namespace ampa::train
