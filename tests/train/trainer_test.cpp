#include "train/trainer.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "gemm/reference_backend.h"
#include "run_training.h"
#include "train/step_jobs.h"

namespace ampa::train {
namespace {

using testing::run;

TrainConfig small_config(const std::string& scheme = "ampa") {
  TrainConfig config;
  config.network = "tinyresnet";
  config.dataset = "synthetic";
  config.scheme = scheme_from_string(scheme, "test");
  config.ampa.alpha = 30;
  config.ampa.beta = 50;
  config.ampa.gamma = 60;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  config.epochs = 5;
  config.batch_size = 32;
  config.max_train = 160;
  config.max_test = 64;
  config.lr = 0.05;
  return config;
}

// All of a record that has to repeat.
Json without_context(record::RunRecord record) {
  record.context = Json::object();
  return record::to_json(record);
}

}  // namespace

TEST_CASE("trainer: every scheme learns the synthetic data") {
  for (const char* scheme : {"fp32", "int8", "int4", "ampa"}) {
    INFO(scheme);
    TrainConfig config = small_config(scheme);
    config.max_train = 512;
    config.lr = 0.2;
    const record::RunRecord record = run(config);
    CHECK(record.status == record::Status::kCompleted);
    REQUIRE(record.epochs.size() == 5);
    CHECK(record.epochs.back().train_loss < 0.7 * record.epochs.front().train_loss);
    CHECK(record.bitops_reduction_percent.has_value() == (std::string(scheme) != "fp32"));
    CHECK(record.jobs.empty() == (std::string(scheme) == "fp32"));
  }
}

TEST_CASE("trainer: a run gives the same record with 1, 2 and 3 threads, and again with the reference backend") {
  TrainConfig config = small_config();
  config.augment = Augmentation::kFlipCrop;
  config.epochs = 3;
  const Json expected = without_context(run(config, 1));
  CHECK(without_context(run(config, 2)) == expected);
  CHECK(without_context(run(config, 3)) == expected);
  gemm::ReferenceBackend reference;
  TrainOptions options;
  options.backend = &reference;
  CHECK(without_context(run(config, 2, options)) == expected);
  config.seed = 2;
  CHECK(without_context(run(config, 1)) != expected);
}

TEST_CASE("trainer: AMPA's widths rise by its rule, from the epoch after a measurement on") {
  TrainConfig config = small_config();
  config.ampa.itv_epochs = 2;
  const record::RunRecord record = run(config);
  const auto sum = [&](std::size_t epoch) {
    Bits total = 0;
    for (const allocate::LayerBits& bits : record.epochs[epoch].bits) total += bits.w + bits.a + bits.g;
    return total;
  };
  CHECK(sum(0) == static_cast<Bits>(12 * record.layers.size()));
  CHECK(sum(1) == sum(0));
  CHECK(sum(2) == sum(0));
  CHECK(record.epochs[1].sensitivities.empty());
  REQUIRE(record.epochs[2].sensitivities.size() == record.layers.size());
  for (const allocate::LayerSensitivity& sensitivity : record.epochs[2].sensitivities) {
    CHECK(sensitivity.w > 0);
    CHECK(sensitivity.a > 0);
    CHECK(sensitivity.g > 0);
  }
  CHECK(sum(3) > sum(2));
  CHECK(sum(4) == sum(3));
}

TEST_CASE("trainer: a run that was interrupted and resumed equals an uninterrupted one bit for bit") {
  const TrainConfig config = small_config();
  TemporaryFolder whole, pieces;
  TrainOptions options;
  options.out_dir = whole.path();
  const record::RunRecord expected = run(config, 1, options);

  options.out_dir = pieces.path();
  options.resume = true;
  for (const std::int64_t max_steps :
       {7, 4, 9, 0}) {  // 5 steps an epoch: stops in the middle of epochs, and once too early
    options.max_steps = max_steps;
    const record::RunRecord piece = run(config, 2, options);
    CHECK((piece.status == record::Status::kCompleted) == (max_steps == 0));
  }
  CHECK(read_file(whole.path() / "checkpoint.bin") == read_file(pieces.path() / "checkpoint.bin"));
  CHECK(without_context(record::read_record(pieces.path() / "record.json")) == without_context(expected));
  CHECK(sha256_hex(read_file(whole.path() / "checkpoint.bin")) == expected.checkpoint_sha256);

  // Resuming a finished run changes nothing.
  CHECK(without_context(run(config, 1, options)) == without_context(expected));
}

TEST_CASE("trainer: divergence is a result, and what came before it is kept") {
  TrainConfig config = small_config("int8");
  config.lr = 1e30;
  TemporaryFolder folder;
  TrainOptions options;
  options.out_dir = folder.path();
  const record::RunRecord record = run(config, 1, options);
  CHECK(record.status == record::Status::kDiverged);
  CHECK(record.status_reason.find("epoch 0") != std::string::npos);
  CHECK(record::read_record(folder.path() / "record.json").status == record::Status::kDiverged);
}

TEST_CASE("trainer: the stop flag ends a run as interrupted") {
  const std::atomic<bool> stop = true;
  TrainOptions options;
  options.stop = &stop;
  CHECK(run(small_config(), 1, options).status == record::Status::kInterrupted);
}

TEST_CASE("trainer: settings that can do nothing are said, wrong ones refused before anything is written") {
  TrainConfig config = small_config();
  config.epochs = 1;
  config.ampa.alpha = 1;
  std::vector<std::string> notices;
  TrainOptions options;
  options.on_notice = [&](const std::string& notice) { notices.push_back(notice); };
  run(config, 1, options);
  CHECK(!notices.empty());

  TemporaryFolder folder;
  options.out_dir = folder.path();
  config.batch_size = 1000;
  CHECK_THROWS_AS(run(config, 1, options), InputError);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("trainer: a run that does not resume leaves nothing of an earlier one behind") {
  TrainConfig config = small_config("int8");
  config.epochs = 1;
  TemporaryFolder folder;
  TrainOptions options;
  options.out_dir = folder.path();
  run(config, 1, options);
  REQUIRE(std::filesystem::exists(folder.path() / "checkpoint.bin"));
  config.lr = 1e30;  // diverges before its first checkpoint
  CHECK(run(config, 1, options).status == record::Status::kDiverged);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "checkpoint.bin"));
}

TEST_CASE("trainer: what a killed run has left of a file is swept up") {
  TrainConfig config = small_config("fp32");
  config.epochs = 1;
  config.max_train = config.batch_size;
  TemporaryFolder folder;
  const std::filesystem::path left = folder.path() / "checkpoint.bin.elsewhere-1-1000000000-0.tmp";
  write_file_atomically(left, "half");
  TrainOptions options;
  options.out_dir = folder.path();
  run(config, 1, options);
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(folder.path() / "checkpoint.bin"));
}

TEST_CASE("trainer: a checkpoint of another configuration, or a damaged one, is refused with its name") {
  TrainConfig config = small_config();
  config.epochs = 2;
  TemporaryFolder folder;
  TrainOptions options;
  options.out_dir = folder.path();
  run(config, 1, options);
  options.resume = true;
  const std::filesystem::path path = folder.path() / "checkpoint.bin";

  TrainConfig other = config;
  other.lr = 0.2;
  CHECK_THROWS_WITH(run(other, 1, options), Catch::Contains("checkpoint.bin") && Catch::Contains("lr"));

  const std::string bytes = read_file(path);
  for (const std::size_t offset : {std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
    std::string flipped = bytes;
    flipped[offset] = static_cast<char>(flipped[offset] ^ 4);
    write_file_atomically(path, flipped);
    CHECK_THROWS_WITH(run(config, 1, options), Catch::Contains("checkpoint.bin") && Catch::Contains("changed"));
    write_file_atomically(path, bytes.substr(0, offset));
    CHECK_THROWS_WITH(run(config, 1, options), Catch::Contains("checkpoint.bin") && Catch::Contains("cut off"));
  }
  write_file_atomically(path, "not a checkpoint at all");
  CHECK_THROWS_WITH(run(config, 1, options), Catch::Contains("AMPACKPT"));
  std::string next_version = bytes;
  ++next_version[8];
  write_file_atomically(path, next_version);
  CHECK_THROWS_WITH(run(config, 1, options), Catch::Contains("version 1, found 2"));
}

TEST_CASE("a clipping rule changes what is trained and how it is tested") {
  TrainConfig config = small_config("int4");
  config.epochs = 1;
  const record::RunRecord full = run(config);
  config.clipping = "seven_eighths";
  const record::RunRecord clipped = run(config, 2);
  CHECK(clipped.tensor_digest != full.tensor_digest);
  CHECK(clipped.epochs[0].test_loss != full.epochs[0].test_loss);
  CHECK(clipped.metric == Metric{"accuracy", "percent", true});
}

}  // namespace ampa::train
