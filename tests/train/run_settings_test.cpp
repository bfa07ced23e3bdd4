// Settings that a run may be given beside the first ones: what they change, and that they change nothing by default.
#include "train/run_settings.h"

#include <catch2/catch.hpp>

#include "train/trainer.h"

namespace ampa::train {
namespace {

Json base() {
  return {{"network", "tinyresnet"},
          {"dataset", "synthetic"},
          {"scheme", "ampa"},
          {"alpha", 40},
          {"beta", 50},
          {"gamma", 60},
          {"itv_epochs", 1},
          {"epochs", 3},
          {"batch_size", 16},
          {"max_train", 40},
          {"max_test", 8},
          {"lr", 0.05},
          {"augment", "flip-crop"},
          {"seed", 3}};
}

record::RunRecord run(Json json, const Json& more = Json::object(), int num_threads = 1) {
  json.update(more);
  ThreadPool threads(num_threads);
  TrainOptions options;
  options.threads = &threads;
  return train(config_from_json(json, "test"), options);
}

std::string digest(const Json& more) {
  return run(base(), more).tensor_digest;
}

}  // namespace

TEST_CASE("run settings: defaults that are given are those that are not, and each other value makes another run") {
  const std::string expected = digest(Json::object());
  CHECK(digest({{"seed_init", 3},
                {"seed_data", 3},
                {"seed_rounding", 3},
                {"norm_momentum", 0.1},
                {"last_batch", "drop"},
                {"decay_exempt", "none"},
                {"measure", "magnitude"},
                {"measure_g", "same"},
                {"granularity", "layer"},
                {"itv_from", 0},
                {"recipe", "default"}}) == expected);
  for (const Json& other : std::vector<Json>{{{"seed_init", 4}},
                                             {{"seed_data", 4}},
                                             {{"seed_rounding", 4}},
                                             {{"norm_momentum", 0.2}},
                                             {{"last_batch", "keep"}},
                                             {{"decay_exempt", "norms-biases"}},
                                             {{"granularity", "network"}},
                                             {{"itv_from", 1}},
                                             {{"measure", "reversed"}}}) {
    INFO(other.dump());
    CHECK(digest(other) != expected);
  }
  CHECK(digest({{"first_order", "on"}}) == expected);  // it only looks
}

TEST_CASE("run settings: three seeds that are the run's own of another run are that run") {
  CHECK(digest({{"seed_init", 8}, {"seed_data", 8}, {"seed_rounding", 8}}) == digest({{"seed", 8}}));
}

TEST_CASE("run settings: a last batch that is kept is a step of fewer images, on any number of threads") {
  const record::RunRecord kept = run(base(), {{"last_batch", "keep"}});
  CHECK(kept.steps_per_epoch == 3);
  CHECK(kept.last_batch_images == 8);
  const Json json = record::to_json(kept);
  CHECK(json.at("results").at("images_per_epoch") == 40);
  CHECK(record::to_json(record::from_json(json, "r")).at("results") == json.at("results"));
  CHECK(run(base(), {{"last_batch", "keep"}}, 3).tensor_digest == kept.tensor_digest);
  CHECK(run(base()).steps_per_epoch == 2);
  // An epoch of one batch of all images is the epoch of a batch size that divides them.
  CHECK(digest({{"last_batch", "keep"}, {"batch_size", 40}}) == digest({{"batch_size", 40}}));
}

TEST_CASE("run settings: every measure gives each measured epoch finite sensitivities, and blocks one width each") {
  for (const allocate::Measure& measure : allocate::measures()) {
    INFO(measure.name);
    const record::RunRecord record = run(base(), {{"measure", measure.name}});
    REQUIRE(record.status == record::Status::kCompleted);
    REQUIRE(record.epochs[1].sensitivities.size() == record.layers.size());
    double sum = 0;
    for (const allocate::LayerSensitivity& layer : record.epochs[1].sensitivities) sum += layer.w + layer.a + layer.g;
    CHECK(sum > 0);
    if (measure.name == "hessian") continue;
    CHECK(run(base(), {{"measure", measure.name}}, 2).tensor_digest == record.tensor_digest);
  }
  const record::RunRecord blocks = run(base(), {{"granularity", "block"}, {"alpha", 20}});
  REQUIRE(blocks.groups.size() == blocks.layers.size());
  for (std::size_t i = 1; i < blocks.groups.size(); ++i)
    if (blocks.groups[i] == blocks.groups[i - 1]) CHECK(blocks.epochs[2].bits[i] == blocks.epochs[2].bits[i - 1]);
  CHECK(blocks.groups.back() + 1 < static_cast<int>(blocks.groups.size()));
}

TEST_CASE("run settings: first-order terms are kept for measured epochs and their intersection is in the record") {
  const record::RunRecord record = run(base(), {{"first_order", "on"}});
  CHECK(record.epochs[0].first_order.empty());
  REQUIRE(record.epochs[1].first_order.size() == record.layers.size());
  for (const allocate::LayerSensitivity& layer : record.epochs[1].first_order) CHECK(layer.w > 0);
  const Json results = record::to_json(record).at("results");
  CHECK(results.at("intersection").at("num_updates") == 2);
  CHECK(results.at("intersection").at("weights_percent") >= 0);
  CHECK_FALSE(record::to_json(run(base())).at("results").contains("intersection"));
}

}  // namespace ampa::train
