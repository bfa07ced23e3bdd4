#include "config/train_keys.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "train/train_config.h"

namespace ampa::config {

TEST_CASE("the table has every key of a train config, in its order") {
  std::vector<std::string> written, listed;
  const Json json = train::to_json(train::TrainConfig{});
  for (const auto& item : json.items()) written.push_back(item.key());
  for (const TrainKey& key : train_keys()) listed.push_back(key.name);
  CHECK(listed == written);
}

TEST_CASE("flags are keys with - for _") {
  CHECK(flag_of("batch_size") == "--batch-size");
}

TEST_CASE("typed text becomes JSON of the key's type, or stays text") {
  CHECK(value_from_text(*find_train_key("alpha"), "10") == Json(10));
  CHECK(value_from_text(*find_train_key("alpha"), "ten") == Json("ten"));
  CHECK(value_from_text(*find_train_key("alpha"), "true") == Json("true"));
  CHECK(value_from_text(*find_train_key("thr"), "inf") == Json("inf"));
  CHECK(value_from_text(*find_train_key("thr"), "3") == Json(3));
  CHECK(value_from_text(*find_train_key("network"), "3") == Json("3"));
  CHECK(value_from_text(*find_train_key("ladder"), "4,6,8") == Json({4, 6, 8}));
  CHECK(value_from_text(*find_train_key("lr_milestones"), "") == Json::array());
}

TEST_CASE("one way to set the interval replaces the other, unless both are given at once") {
  Json config = {{"itv", 0.05}};
  overlay(config, {{"itv_epochs", 3}});
  CHECK(config == Json({{"itv_epochs", 3}}));
  overlay(config, {{"itv", 0.1}});
  CHECK(config == Json({{"itv", 0.1}}));
  overlay(config, {{"alpha", 5}});
  CHECK(config == Json({{"itv", 0.1}, {"alpha", 5}}));
  overlay(config, {{"itv_epochs", 2}, {"itv", 0.2}});
  CHECK(config == Json({{"alpha", 5}, {"itv_epochs", 2}, {"itv", 0.2}}));
}

TEST_CASE("train --set takes any key and refuses what is none") {
  Json config = Json::object();
  set_from_text(config, "batch_size=32");
  set_from_text(config, "max-train=7");
  CHECK(config == Json({{"batch_size", 32}, {"max_train", 7}}));
  CHECK_THROWS_WITH(
      set_from_text(config, "batchsize=32"),
      Catch::Contains("--set: expected one of the keys network,") && Catch::Contains("found \"batchsize\""));
  CHECK_THROWS_WITH(set_from_text(config, "alpha"), Catch::Contains("--set: expected KEY=VALUE, found \"alpha\""));
}

}  // namespace ampa::config
