// Runs by schemes with rules of their own, and by rules chosen one by one.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "run_training.h"
#include "train/identity.h"
#include "train/recipe_settings.h"
#include "train/train_settings.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

using Catch::Contains;
using testing::run;

TrainConfig config_of(Json keys) {
  Json json = {{"network", "tinyresnet"}, {"dataset", "synthetic"}, {"epochs", 3}, {"batch_size", 32},
               {"max_train", 96},         {"max_test", 32},         {"lr", 0.05}};
  json.update(keys);
  return config_from_json(json, "run.json");
}

Json without_context(record::RunRecord record) {
  record.context = Json::object();
  return record::to_json(record);
}

const std::vector<Json>& settings_of_runs() {
  static const std::vector<Json> list = {
      {{"scheme", "ui8"}, {"clip_period", 4}},
      {{"scheme", "dai8"}},
      {{"scheme", "wageubn"}},
      {{"scheme", "fixed"}, {"bits", "w4a8g6,50%:8"}, {"gradient_rounding", "nearest"}, {"clipping", "percentile"}},
      {{"scheme", "ampa"}, {"activation_rounding", "stochastic"}, {"weight_clipping", "mse"}, {"itv_epochs", 1}},
  };
  return list;
}

Json identity_of(const Json& keys) {
  return canonical_settings(config_of(keys), {"conv1", "conv2"});
}

}  // namespace

TEST_CASE("schemes: the same record with 1 and 3 threads, on the reference backend and on the portable loops") {
  std::set<std::string> digests;
  for (const Json& keys : settings_of_runs()) {
    INFO(keys.dump());
    const TrainConfig config = config_of(keys);
    const record::RunRecord record = run(config);
    CHECK(record.status == record::Status::kCompleted);
    digests.insert(record.tensor_digest);
    CHECK(without_context(run(config, 3)) == without_context(record));
    gemm::ReferenceBackend reference;
    TrainOptions options;
    options.backend = &reference;
    kernels::select("portable");
    CHECK(without_context(run(config, 2, options)) == without_context(record));
    kernels::select("auto");
  }
  CHECK(digests.size() == settings_of_runs().size());
}

TEST_CASE("schemes: they learn the synthetic data") {
  for (const char* scheme : {"ui8", "dai8", "wageubn", "fixed"}) {
    INFO(scheme);
    const record::RunRecord record =
        run(config_of({{"scheme", scheme}, {"max_train", 512}, {"epochs", 5}, {"lr", 0.2}}));
    REQUIRE(record.epochs.size() == 5);
    CHECK(record.epochs.back().train_loss < 0.8 * record.epochs.front().train_loss);
    CHECK(*record.bitops_reduction_percent == 0);
  }
}

TEST_CASE("schemes: a run that was interrupted and resumed equals an uninterrupted one bit for bit") {
  for (const Json& keys : settings_of_runs()) {
    INFO(keys.dump());
    const TrainConfig config = config_of(keys);
    TemporaryFolder whole, pieces;
    TrainOptions options;
    options.out_dir = whole.path();
    run(config, 1, options);
    options.out_dir = pieces.path();
    options.resume = true;
    for (const std::int64_t max_steps : {4, 5, 0}) {  // 3 steps an epoch
      options.max_steps = max_steps;
      run(config, 1, options);
    }
    CHECK(read_file(whole.path() / "checkpoint.bin") == read_file(pieces.path() / "checkpoint.bin"));
  }
}

TEST_CASE("schemes: widths that change at an epoch are in the record, with their reduction") {
  const record::RunRecord record = run(config_of({{"scheme", "fixed"}, {"bits", "4,2:w8a8g4"}}));
  REQUIRE(record.epochs.size() == 3);
  const auto all = [&](std::size_t epoch, allocate::LayerBits bits) {
    for (const allocate::LayerBits& layer : record.epochs[epoch].bits)
      if (!(layer == bits)) return false;
    return true;
  };
  CHECK(all(0, {4, 4, 4}));
  CHECK(all(1, {4, 4, 4}));
  CHECK(all(2, {8, 8, 4}));
  const double last = (64.0 + 32 + 32) / (3 * 64);  // forward 8 x 8, both gradients 8 x 4
  CHECK(*record.bitops_reduction_percent == Approx(100 * (1 - (0.25 + 0.25 + last) / 3)));
}

TEST_CASE("schemes: rules are those of the scheme, of a setting of the kind of tensor, or of clipping") {
  const auto resolved = [](const Json& keys) { return resolved_recipe(config_of(keys)); };
  CHECK(resolved({{"scheme", "int8"}}) == Json({{"weight_scale", "symmetric"},
                                                {"weight_clipping", "full"},
                                                {"weight_rounding", "nearest"},
                                                {"activation_scale", "affine"},
                                                {"activation_clipping", "full"},
                                                {"activation_rounding", "nearest"},
                                                {"gradient_scale", "symmetric"},
                                                {"gradient_clipping", "full"},
                                                {"gradient_rounding", "stochastic"},
                                                {"gradient_scales", "tensor"},
                                                {"rate_scaling", "none"},
                                                {"weight_update", "fp32"},
                                                {"batch_norm", "fp32"}}));
  const Json mixed = resolved({{"scheme", "ui8"}, {"clipping", "mse"}, {"weight_clipping", "percentile"}});
  CHECK(mixed.at("weight_clipping") == "percentile");
  CHECK(mixed.at("activation_clipping") == "mse");
  CHECK(mixed.at("gradient_clipping") == "direction");
  const ir::Recipe recipe = recipe_of(config_of({{"scheme", "dai8"}, {"gradient_rounding", "floor"}}));
  CHECK(recipe.gradients.rounding == numerics::Rounding::kFloor);
  CHECK(recipe.gradient_by_channel);
  CHECK_THROWS_WITH(config_of({{"scheme", "int8"}, {"rate_scaling", "deviation"}}),
                    "run.json: rate_scaling: expected none, or gradient_clipping direction, which measures the "
                    "deviation, found deviation with gradient_clipping full");
  CHECK_THROWS_WITH(config_of({{"weight_rounding", "up"}}),
                    Contains("run.json: weight_rounding: expected one of scheme, nearest, half_away"));
}

TEST_CASE("schemes: a setting of a rule acts only where the rule does") {
  const auto idle = [](const Json& keys) { return idle_keys(keys, config_of(keys)); };
  CHECK(idle({{"scheme", "int8"}, {"clip_period", 5}}) == std::vector<std::string>{"clip_period"});
  CHECK(idle({{"scheme", "ui8"}, {"clip_period", 5}, {"rate_alpha", 10}}).empty());
  CHECK(idle({{"scheme", "ui8"}, {"gradient_clipping", "full"}, {"rate_scaling", "none"}, {"rate_alpha", 10}}) ==
        std::vector<std::string>{"rate_alpha"});
  CHECK(idle({{"scheme", "int4"}, {"weight_clipping", "percentile"}, {"clip_percentile", 99}}).empty());
  CHECK(idle({{"scheme", "fp32"}, {"weight_rounding", "floor"}, {"bits", "4"}}) ==
        std::vector<std::string>{"bits", "weight_rounding"});
  CHECK(idle({{"scheme", "dai8"}, {"clip_lambda", 0.2}, {"bits", "w4"}}).empty());
}

TEST_CASE("schemes: what makes another run is in its identity, by what it comes to") {
  const Json plain = identity_of({{"scheme", "int8"}});
  CHECK_FALSE(plain.contains("weight_clipping"));
  CHECK(identity_of({{"scheme", "int8"}, {"gradient_rounding", "stochastic"}, {"weight_scale", "symmetric"}}) == plain);
  CHECK(identity_of({{"scheme", "int8"}, {"gradient_rounding", "floor"}}).at("gradient_rounding") == "floor");
  const Json mse = identity_of({{"scheme", "int8"}, {"clipping", "mse"}});
  CHECK(mse.at("clipping") == "mse");
  CHECK(identity_of({{"scheme", "int8"},
                     {"weight_clipping", "mse"},
                     {"activation_clipping", "mse"},
                     {"gradient_clipping", "mse"}}) == mse);
  CHECK(identity_of({{"scheme", "ui8"}, {"clip_period", 7}}).at("clip_period") == 7);
  CHECK(identity_of({{"scheme", "ui8"}, {"rate_beta", 0.5}}).at("rate_beta") == 0.5);
  CHECK_FALSE(identity_of({{"scheme", "int8"}, {"clip_period", 7}}).contains("clip_period"));
  CHECK(identity_of({{"scheme", "fixed"}, {"bits", "4,40%:8"}}) ==
        identity_of({{"scheme", "fixed"}, {"bits", "w4a4g4,1:w8a8g8"}}));
}

}  // namespace ampa::train
