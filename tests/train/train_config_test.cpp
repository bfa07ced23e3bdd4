#include "train/train_config.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "train/train_settings.h"

namespace ampa::train {
namespace {

using Catch::Contains;

std::string error_of(const Json& json) {
  try {
    config_from_json(json, "run.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every key of a train config survives JSON") {
  const Json json = {{"recipe", "cifar"},
                     {"network", "resnet8"},
                     {"dataset", "cifar10"},
                     {"data_dir", "/data"},
                     {"scheme", "int6"},
                     {"alpha", 5.5},
                     {"beta", 15.0},
                     {"gamma", 25.0},
                     {"itv", 0.1},
                     {"itv_epochs", nullptr},
                     {"thr", 2},
                     {"ladder", {4, 8}},
                     {"epochs", 7},
                     {"batch_size", 32},
                     {"max_train", 100},
                     {"max_test", 50},
                     {"validation", 0.25},
                     {"validation_seed", 3},
                     {"seed", 9},
                     {"init", "weights.safetensors"},
                     {"lr", 0.05},
                     {"lr_schedule", "step"},
                     {"lr_milestones", {3, 5}},
                     {"lr_decay", 0.2},
                     {"warmup_epochs", 0},
                     {"warmup_steps", 7},
                     {"optimizer", "sgd"},
                     {"momentum", 0.8},
                     {"weight_decay", 0.001},
                     {"decay_exempt", "norms-biases"},
                     {"nesterov", "on"},
                     {"adam_beta1", 0.8},
                     {"adam_beta2", 0.99},
                     {"adam_epsilon", 1e-6},
                     {"clip_norm", 0.5},
                     {"augment", "flip-crop"},
                     {"objective", "cross-entropy"},
                     {"label_smoothing", 0.1},
                     {"top", 5},
                     {"clipping", "seven_eighths"},
                     {"seed_init", 3},
                     {"seed_data", nullptr},
                     {"seed_rounding", 5},
                     {"norm_momentum", 0.2},
                     {"last_batch", "keep"},
                     {"classes", "0-4"},
                     {"npy_layout", "nchw"},
                     {"image_size", 64},
                     {"image_cache", 16},
                     {"test_percent", 10},
                     {"bptt", 16},
                     {"min_count", 2},
                     {"test_part", "valid"},
                     {"measure", "hessian"},
                     {"measure_g", "error"},
                     {"hessian_probes", 4},
                     {"first_order", "on"},
                     {"granularity", "block"},
                     {"itv_from", 1},
                     {"bits", "w4a8g6,50%:8"},
                     {"widths", {8, 4}},
                     {"scale_rates", "off"},
                     {"mixing", "hasb"},
                     {"mixing_from", 5},
                     {"mixing_probes", 2},
                     {"cost_table", "cycles.json"},
                     {"cycle_budget", 60.0},
                     {"gradient_groups", "all"},
                     {"pruning", "top"},
                     {"gradient_bits", 2},
                     {"weight_scale", "symmetric"},
                     {"weight_clipping", "mse"},
                     {"weight_rounding", "floor"},
                     {"activation_scale", "affine"},
                     {"activation_clipping", "percentile"},
                     {"activation_rounding", "half_away"},
                     {"gradient_scale", "power_of_two"},
                     {"gradient_clipping", "direction"},
                     {"gradient_rounding", "nearest"},
                     {"gradient_scales", "channel"},
                     {"rate_scaling", "deviation"},
                     {"weight_update", "fixed_point"},
                     {"batch_norm", "fp32"},
                     {"rate_alpha", 10.0},
                     {"rate_beta", 0.2},
                     {"clip_fraction", 0.5},
                     {"clip_percentile", 99.0},
                     {"clip_period", 10},
                     {"clip_lambda", 0.2},
                     {"clip_share", 0.7}};
  CHECK(to_json(config_from_json(json, "run.json")).dump() == json.dump());
}

TEST_CASE("absent keys keep their defaults and every key is written") {
  const TrainConfig config = config_from_json(Json::object(), "run.json");
  CHECK(to_json(config).dump() == to_json(TrainConfig{}).dump());
  CHECK(to_json(config).size() == train_setting_keys().size());
  CHECK(config.scheme.name == "ampa");
  CHECK(config.ampa.itv == 0.05);
}

TEST_CASE("the interval is a fraction or a number of epochs, never both") {
  CHECK(interval_epochs(config_from_json({{"itv", 0.05}}, "f").ampa, 200) == 10);
  CHECK(interval_epochs(config_from_json({{"itv", 0.05}}, "f").ampa, 5) == 1);
  const TrainConfig in_epochs = config_from_json({{"itv_epochs", 4}}, "f");
  CHECK_FALSE(in_epochs.ampa.itv.has_value());
  CHECK(interval_epochs(in_epochs.ampa, 200) == 4);
  CHECK(to_json(in_epochs)["itv"].is_null());
  CHECK(interval_epochs(config_from_json({{"itv", nullptr}, {"itv_epochs", 4}}, "f").ampa, 200) == 4);
  CHECK_THAT(error_of({{"itv", 0.1}, {"itv_epochs", 4}}), Contains("run.json: itv_epochs: expected either itv or"));
  CHECK_THAT(error_of({{"itv", nullptr}}),
             Contains("run.json: itv: expected a number above 0, at most 1, or itv_epochs"));
}

TEST_CASE("the allocator is given the interval in epochs") {
  const allocate::AmpaSettings settings =
      ampa_settings(config_from_json({{"alpha", 1}, {"beta", 2}, {"gamma", 3}, {"epochs", 40}, {"thr", "inf"}}, "f"));
  CHECK(settings.alpha_percent == 1);
  CHECK(settings.beta_percent == 2);
  CHECK(settings.gamma_percent == 3);
  CHECK(settings.interval_epochs == 2);
  CHECK(settings.thr == allocate::kThrInfinite);
  CHECK(settings.ladder == allocate::Ladder{4, 6, 8});
}

TEST_CASE("an endless taboo threshold is written inf") {
  const TrainConfig config = config_from_json({{"thr", "inf"}}, "f");
  CHECK(config.ampa.thr == kThrInfinite);
  CHECK(to_json(config)["thr"] == "inf");
}

TEST_CASE("schemes have the names that the user types") {
  for (const char* name : {"fp32", "int2", "int3", "int4", "int5", "int6", "int7", "int8", "ampa"})
    CHECK(to_string(scheme_from_string(name, "--scheme")) == name);
  CHECK(scheme_from_string("int6", "--scheme").fixed_bits == 6);
  CHECK_THROWS_WITH(scheme_from_string("int9", "--scheme"),
                    Contains("--scheme: scheme: expected one of fp32, int2") && Contains("found \"int9\""));
}

TEST_CASE("bad values name the file, the key, what was expected and what was found") {
  CHECK_THAT(error_of({{"alpha", 101}}), Contains("run.json: alpha: expected a number in [0, 100], found 101"));
  CHECK_THAT(error_of({{"alpha", "ten"}}), Contains("run.json: alpha: expected a number in [0, 100], found \"ten\""));
  CHECK_THAT(error_of({{"itv", 0}}), Contains("run.json: itv: expected a number above 0, at most 1, found 0"));
  CHECK_THAT(error_of({{"itv_epochs", 0}}), Contains("run.json: itv_epochs: expected an integer in [1,"));
  CHECK_THAT(error_of({{"thr", -1}}), Contains("run.json: thr: expected an integer in [0,"));
  CHECK_THAT(error_of({{"thr", "many"}}), Contains("run.json: thr: expected an integer in [0, 1000000000] or \"inf\""));
  CHECK_THAT(error_of({{"ladder", {8, 4}}}), Contains("run.json: ladder: expected ascending widths, found 4 after 8"));
  CHECK_THAT(error_of({{"ladder", Json::array()}}),
             Contains("run.json: ladder: expected one or more ascending widths, found 0"));
  CHECK_THAT(error_of({{"ladder", {1}}}),
             Contains("run.json: ladder: expected a list, each an integer in [2, 8], found [1]"));
  CHECK_THAT(error_of({{"epochs", -1}}), Contains("run.json: epochs: expected an integer in [0,"));
  CHECK_THAT(error_of({{"epochs", 2.5}}), Contains("run.json: epochs: expected an integer in [0,"));
  CHECK_THAT(error_of({{"seed", -1}}), Contains("run.json: seed: expected an integer in [0,"));
  CHECK_THAT(error_of({{"scheme", "int1"}}), Contains("run.json: scheme: expected one of fp32"));
  CHECK_THAT(error_of({{"lr", 0}}), Contains("run.json: lr: expected a number above 0, at most 1000, found 0"));
  CHECK_THAT(error_of({{"lr_schedule", "random"}}),
             Contains("run.json: lr_schedule: expected one of constant, cosine, step, cosine-steps, found \"random\""));
  CHECK_THAT(error_of({{"lr_milestones", {5, 3}}}), Contains("run.json: lr_milestones: expected ascending epochs"));
  CHECK_THAT(error_of({{"augment", "mixup"}}), Contains("run.json: augment: expected one of none, flip-crop"));
  CHECK_THAT(error_of({{"alhpa", 10}}),
             Contains("run.json: alhpa: expected one of the keys") && Contains("did you mean alpha?"));
  CHECK_THAT(error_of(Json(3)), Contains("run.json: expected an object, found 3"));
}

TEST_CASE("a prefix leads to the key inside a larger file") {
  CHECK_THROWS_WITH(config_from_json({{"lr", -1}}, "SWEEP.json", "base"), Contains("SWEEP.json: base.lr: expected"));
}

}  // namespace ampa::train
