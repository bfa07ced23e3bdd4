#include "train/train_settings.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::train {
namespace {

using Catch::Contains;

TrainConfig config_of(const Json& json) {
  return config_from_json(json, "run.json");
}

}  // namespace

TEST_CASE("the table has every key of a train config, in its order, with a default and words") {
  std::vector<std::string> written;
  const Json defaults = to_json(TrainConfig{});
  for (const auto& item : defaults.items()) written.push_back(item.key());
  CHECK(train_setting_keys() == written);
  for (const TrainSetting& row : train_settings()) {
    CAPTURE(row.setting.key);
    CHECK_FALSE(row.setting.help.empty());
    CHECK(row.setting.otherwise == row.write(TrainConfig{}));
    Json value = row.setting.otherwise;
    CHECK((value.is_null() || settings::accept(row.setting, value)));
  }
}

TEST_CASE("what a run does not use is named with the reason") {
  const Json int8 = {{"scheme", "int8"}, {"alpha", 20}, {"thr", 2}};
  CHECK(idle_keys(int8, config_of(int8)) == std::vector<std::string>{"alpha", "thr"});
  CHECK_THROWS_WITH(refuse_idle(int8, config_of(int8), "run.json"), "run.json: alpha: acts only with scheme ampa or ampa-cost");
  const Json decay = {{"lr_decay", 0.5}};
  CHECK_THROWS_WITH(refuse_idle(decay, config_of(decay), "SWEEP.json", "base"),
                    "SWEEP.json: base.lr_decay: acts only with lr_schedule step");
  const Json folder = {{"dataset", "synthetic"}, {"data_dir", "/x"}};
  CHECK_THROWS_WITH(refuse_idle(folder, config_of(folder), "f"),
                    Contains("data_dir: acts only with dataset fashion-mnist"));
  const Json used = {{"scheme", "ampa"}, {"alpha", 20}, {"lr_schedule", "step"}, {"lr_decay", 0.5}};
  CHECK(idle_keys(used, config_of(used)).empty());
}

TEST_CASE("configurations of one run become one") {
  TrainConfig x = config_of({{"scheme", "int8"}, {"alpha", 20}, {"ladder", {2, 4}}, {"itv_epochs", 3}});
  const TrainConfig y = config_of({{"scheme", "int8"}});
  CHECK(to_json(with_idle_defaults(x)) == to_json(y));
  x.scheme = scheme_from_string("ampa", "test");
  CHECK(to_json(with_idle_defaults(x)) == to_json(x));
}

TEST_CASE("a batch larger than the images is found before the data are read") {
  CHECK_THROWS_WITH(check_batch(config_of({{"batch_size", 64}, {"max_train", 32}}), "run.json"),
                    "run.json: batch_size: expected at most max_train (32), found 64");
  CHECK_NOTHROW(check_batch(config_of({{"batch_size", 64}, {"max_train", 0}}), "run.json"));
  CHECK_NOTHROW(check_batch(config_of({{"batch_size", 64}, {"max_train", 64}}), "run.json"));
}

TEST_CASE("the settings that rows of tables declare are settings like any other") {
  const TrainSetting* decay = find_train_setting("lr_decay");
  REQUIRE(decay != nullptr);
  CHECK(decay->setting.acts.words(settings::Style::kKey) == "with lr_schedule step");
  CHECK(decay->write(config_of({{"lr_schedule", "step"}})) == 0.1);
  const TrainConfig config = config_of({{"momentum", 1}, {"lr_schedule", "step"}, {"lr_decay", 0.5}});
  CHECK(config.options.at("momentum").is_number_float());  // as it would be read from 1.0
  CHECK(to_json(config).at("lr_decay") == 0.5);
  CHECK(to_json(config_of(to_json(config))).dump() == to_json(config).dump());
}

TEST_CASE("names of runs do not change when a setting is added, unless it is used") {
  const Json all = to_json(TrainConfig{}), names = naming_json(TrainConfig{});
  for (const char* late :
       {"optimizer", "nesterov", "adam_beta1", "warmup_steps", "clip_norm", "objective", "clipping"}) {
    CHECK(all.contains(late));
    CHECK_FALSE(names.contains(late));
  }
  CHECK(names.size() == 23);
  CHECK(naming_json(config_of({{"clipping", "seven_eighths"}})).at("clipping") == "seven_eighths");
}

TEST_CASE("a warm-up and the clipping of gradients act with every schedule and optimizer") {
  const Json given = {{"lr_schedule", "constant"}, {"warmup_steps", 5}, {"optimizer", "adamw"}, {"clip_norm", 0.5}};
  CHECK(idle_keys(given, config_of(given)).empty());
  CHECK_THROWS_WITH(config_of({{"warmup_steps", 5}, {"warmup_epochs", 1}}),
                    "run.json: warmup_steps: expected warmup_steps or warmup_epochs, not both, found both");
  const Json momentum = {{"optimizer", "adam"}, {"momentum", 0.5}};
  CHECK(idle_keys(momentum, config_of(momentum)) == std::vector<std::string>{"momentum"});
}

TEST_CASE("the clipping rule acts with the schemes that quantize") {
  const Json fp32 = {{"scheme", "fp32"}, {"clipping", "seven_eighths"}};
  CHECK(idle_keys(fp32, config_of(fp32)) == std::vector<std::string>{"clipping"});
  const Json int4 = {{"scheme", "int4"}, {"clipping", "seven_eighths"}};
  CHECK(idle_keys(int4, config_of(int4)).empty());
}

}  // namespace ampa::train
