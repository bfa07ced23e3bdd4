#include "train/recipe.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "train/train_settings.h"

namespace ampa::train {

TEST_CASE("a recipe is what its values say, and what is given stands") {
  const TrainConfig cifar = config_from_json({{"recipe", "cifar"}, {"batch_size", 32}}, "f");
  const Json json = to_json(cifar);
  CHECK(json.at("weight_decay") == 5e-4);
  CHECK(json.at("augment") == "flip-crop");
  CHECK(json.at("batch_size") == 32);
  CHECK(json.at("recipe") == "cifar");
  CHECK(to_json(config_from_json(json, "f")) == json);
  Json changed = json;
  changed["weight_decay"] = 1e-4;  // as a record may have it
  CHECK(to_json(config_from_json(changed, "f")).at("weight_decay") == 1e-4);
}

TEST_CASE("runs of a recipe and of its values have one name") {
  const TrainConfig by_name = config_from_json({{"recipe", "cifar"}}, "f");
  TrainConfig by_values = by_name;
  by_values.recipe = "default";
  CHECK(naming_json(by_name) == naming_json(by_values));
  CHECK(naming_json(by_name) != naming_json(TrainConfig{}));
}

TEST_CASE("every recipe holds settings of the table, and another name is refused") {
  for (const Recipe& row : recipes()) {
    INFO(row.name);
    const Json json = to_json(config_from_json({{"recipe", row.name}}, "f"));
    for (const auto& [key, value] : row.values.items()) CHECK(json.at(key) == value);
  }
  CHECK(to_json(config_from_json({{"recipe", "default"}}, "f")) == to_json(TrainConfig{}));
  CHECK_THROWS_WITH(config_from_json({{"recipe", "mnist"}}, "f"),
                    Catch::Contains("f: recipe: expected one of default, cifar") && Catch::Contains("\"mnist\""));
}

}  // namespace ampa::train
