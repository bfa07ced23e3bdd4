// The tasks that are no classification of images, and the optimizers, end to end on generated data.
#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

record::RunRecord run(const TrainConfig& config, int num_threads = 1, const TrainOptions& given = {}) {
  ThreadPool threads(num_threads);
  TrainOptions options = given;
  options.threads = &threads;
  return train(config, options);
}

// Three convolutions of the present ops that give one logit of each pixel.
std::string write_mask_network(const TemporaryFolder& folder) {
  const std::string path = (folder.path() / "masks.json").string();
  std::ofstream(path) << R"({"schema_version": 1, "name": "masks", "description": "for tests",
    "default_input": {"channels": 1, "height": 16, "width": 16}, "default_classes": 2, "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 8, "kernel": 3, "stride": 1, "padding": 1, "quantized": false},
    {"name": "b1", "type": "batch_norm"}, {"name": "r1", "type": "relu"},
    {"name": "c2", "type": "conv2d", "out_channels": 8, "kernel": 3, "stride": 1, "padding": 1, "quantized": true},
    {"name": "b2", "type": "batch_norm"}, {"name": "r2", "type": "relu"},
    {"name": "out", "type": "conv2d", "out_channels": 1, "kernel": 1, "stride": 1, "padding": 0, "quantized": false}]})";
  return path;
}

TrainConfig mask_config(const std::string& network) {
  TrainConfig config;
  config.network = network;
  config.dataset = "blobs";
  config.objective = "dice-bce";
  config.scheme = scheme_from_string("int8", "test");
  config.epochs = 3;
  config.batch_size = 16;
  config.max_train = 96;
  config.max_test = 32;
  config.lr = 0.1;
  return config;
}

}  // namespace

TEST_CASE("tasks: segmentation of blobs is learned, by dice, the same on any number of threads") {
  const TemporaryFolder folder;
  const TrainConfig config = mask_config(write_mask_network(folder));
  const record::RunRecord record = run(config), again = run(config, 3);
  REQUIRE(record.status == record::Status::kCompleted);
  CHECK(record.metric == Metric{"dice", "percent", true});
  CHECK(record.epochs.back().test_metric > 80);
  CHECK(record.epochs.back().train_loss < 0.8 * record.epochs.front().train_loss);
  CHECK(record.tensor_digest == again.tensor_digest);
  CHECK(record.epochs.back().test_loss == again.epochs.back().test_loss);
}

TEST_CASE("tasks: an objective that does not take a data set's targets is refused") {
  const TemporaryFolder folder;
  TrainConfig config = mask_config(write_mask_network(folder));
  config.objective = "cross-entropy";
  CHECK_THROWS_WITH(run(config), Catch::Contains("objective: expected one that takes the targets of the data set"));
}

TEST_CASE(
    "tasks: adam and adamw learn, with a warm-up, clipped gradients and shared labels, and go on from a checkpoint") {
  for (const char* optimizer : {"adam", "adamw"}) {
    INFO(optimizer);
    const TemporaryFolder folder;
    TrainConfig config;
    config.network = "tinycnn";
    config.dataset = "synthetic";
    config.scheme = scheme_from_string("int8", "test");
    config.optimizer = optimizer;
    config.lr = 0.01;
    config.lr_schedule = "constant";
    config.options = {{"warmup_steps", 8}, {"clip_norm", 1.0}, {"label_smoothing", 0.1}, {"weight_decay", 0.01}};
    config.epochs = 4;
    config.batch_size = 32;
    config.max_train = 256;
    config.max_test = 64;
    const record::RunRecord whole = run(config);
    REQUIRE(whole.status == record::Status::kCompleted);
    CHECK(whole.epochs[0].learning_rate == 0.01 * (1.0 / 8));
    CHECK(whole.epochs.back().train_loss < 0.8 * whole.epochs.front().train_loss);
    TrainOptions options;
    options.out_dir = folder.path();
    TrainConfig begun = config;
    begun.epochs = 2;
    run(begun, 2, options);
    options.resume = true;
    const record::RunRecord resumed = run(config, 2, options);
    CHECK(resumed.tensor_digest == whole.tensor_digest);
    CHECK(resumed.identity->settings.dump() == whole.identity->settings.dump());
  }
}

}  // namespace ampa::train
