// Runs that start from given weights, end before they train, or are gone on with after their end.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "train/checkpoint.h"
#include "train/tensor_digest.h"
#include "train/trainer.h"
#include "weights/network_state.h"

namespace ampa::train {
namespace {

using Catch::Contains;

TrainConfig small_config(const std::string& scheme) {
  TrainConfig config;
  config.network = "tinycnn";
  config.dataset = "synthetic";
  config.scheme = scheme_from_string(scheme, "test");
  config.ampa = {40, 50, 60, std::nullopt, 2, 3, {4, 6, 8}};
  config.epochs = 3;
  config.batch_size = 16;
  config.max_train = 64;
  config.max_test = 16;
  config.lr_schedule = "step";
  config.options["lr_milestones"] = {2, 5};
  return config;
}

record::RunRecord run(const TrainConfig& config, const std::filesystem::path& out = {}, bool resume = false) {
  ThreadPool threads(1);
  TrainOptions options;
  options.threads = &threads;
  options.out_dir = out;
  options.resume = resume;
  return train(config, options);
}

ir::Network network() {
  return networks::load_network("tinycnn", {1, 12, 12}, 10);
}

std::unique_ptr<optim::Optimizer> sgd_of(const ir::Program& graph) {
  return optim::make_optimizer("sgd", Json::object(), graph.parameters());
}

// The weights that a seed gives, as a file.
void write_weights(const std::filesystem::path& path, std::uint64_t seed, float first_bias = 0) {
  const ir::Program graph = ops::build_program(network(), ir::Arithmetic::kFp32, seed);
  weights::TensorFile file;
  for (const weights::StateTensor& tensor : weights::state_tensors(graph))
    if (tensor.name == "fc.bias") (*tensor.values)[0] = first_bias;
  file.tensors = weights::state_of(graph);
  weights::write_tensors(path, file);
}

}  // namespace

TEST_CASE("init: a run of no epochs is completed, with the initial tensors as its result") {
  const TemporaryFolder folder;
  for (const char* scheme : {"fp32", "int4", "ampa"}) {
    INFO(scheme);
    TrainConfig config = small_config(scheme);
    config.epochs = 0;
    config.seed = 5;
    const std::filesystem::path out = folder.path() / scheme;
    const record::RunRecord record = run(config, out);
    CHECK(record.status == record::Status::kCompleted);
    CHECK(record.epochs.empty());
    CHECK_FALSE(record.bitops_reduction_percent.has_value());
    const ir::Program graph = ops::build_program(network(), ir::Arithmetic::kFp32, 5);
    CHECK(record.tensor_digest == tensor_digest(graph, *sgd_of(graph)));
    CHECK(record.checkpoint_sha256 == sha256_hex(read_file(out / "checkpoint.bin")));
    ir::Program kept = ops::build_program(network(), ir::Arithmetic::kFp32, 6);
    const auto optimizer = sgd_of(kept);
    load_checkpoint_tensors(out / "checkpoint.bin", kept, *optimizer);
    CHECK(tensor_digest(kept, *optimizer) == record.tensor_digest);
    CHECK(record::to_json(record::read_record(out / "record.json")) == record::to_json(record));
    CHECK(run(config).tensor_digest == record.tensor_digest);
    CHECK(run(config, out, true).tensor_digest == record.tensor_digest);
  }
}

TEST_CASE("init: a run from the weights of its own seed ends in the same tensors, and is another run by identity") {
  const TemporaryFolder folder;
  TrainConfig config = small_config("ampa");
  const record::RunRecord drawn = run(config);
  CHECK(drawn.identity->init_sha256.empty());
  CHECK_FALSE(record::to_json(*drawn.identity).contains("init_sha256"));
  config.init = (folder.path() / "w").string();
  write_weights(config.init, config.seed);
  const record::RunRecord given = run(config);
  CHECK(given.tensor_digest == drawn.tensor_digest);
  CHECK(given.identity->init_sha256 == weights::state_digest(weights::read_tensors(config.init)));
  CHECK(record::differences(*drawn.identity, *given.identity) ==
        std::vector<std::string>{"the initial weights (init)"});
  write_weights(config.init, config.seed, 0.5f);
  const record::RunRecord other = run(config);
  CHECK(other.tensor_digest != drawn.tensor_digest);
  CHECK(record::canonical_key(*other.identity) != record::canonical_key(*given.identity));
}

TEST_CASE("init: a run is gone on with from a moved file, and not from other weights or without the file") {
  const TemporaryFolder folder;
  const std::filesystem::path out = folder.path() / "run";
  TrainConfig config = small_config("int8");
  config.init = (folder.path() / "w").string();
  write_weights(config.init, 2);
  config.epochs = 1;
  run(config, out);
  config.epochs = 2;
  std::filesystem::rename(config.init, folder.path() / "moved");
  CHECK_THROWS_WITH(run(config, out, true), Contains("w: "));
  config.init = (folder.path() / "moved").string();
  const std::string extended = run(config, out, true).tensor_digest;
  CHECK(extended == run(config).tensor_digest);
  const std::string kept = read_file(out / "checkpoint.bin");
  write_weights(config.init, 3);
  CHECK_THROWS_WITH(run(config, out, true), Contains("identity") && Contains("the initial weights (init)"));
  config.init.clear();
  CHECK_THROWS_WITH(run(config, out, true), Contains("the initial weights (init)"));
  CHECK(read_file(out / "checkpoint.bin") == kept);
}

TEST_CASE("init: a file of another network is refused by the name of a tensor, and nothing is written or replaced") {
  const TemporaryFolder folder;
  const std::filesystem::path out = folder.path() / "run";
  TrainConfig config = small_config("int8");
  config.epochs = 1;
  run(config, out);
  const std::string kept = read_file(out / "checkpoint.bin");
  config.init = (folder.path() / "w").string();
  write_weights(config.init, 2);
  config.network = "tinyresnet";
  CHECK_THROWS_WITH(run(config, out), Contains("w: layer1.0.conv1.weight: expected F32 of shape (8, 3, 3, 8)"));
  CHECK(read_file(out / "checkpoint.bin") == kept);
}

TEST_CASE("extension: a finished run of more epochs is the run trained in one piece, bit for bit") {
  const TemporaryFolder folder;
  const std::filesystem::path in_one_piece = folder.path() / "whole";
  for (const char* scheme : {"fp32", "ampa"}) {
    TrainConfig longer = small_config(scheme);
    longer.epochs = 6;
    record::RunRecord whole = run(longer, in_one_piece);
    whole.context = Json::object();
    for (const std::int64_t finished : {0, 3}) {
      INFO(scheme << " after " << finished);
      const std::filesystem::path out = folder.path() / (scheme + std::to_string(finished));
      TrainConfig config = longer;
      config.epochs = finished;
      REQUIRE(run(config, out).status == record::Status::kCompleted);
      record::RunRecord extended = run(longer, out, true);
      CHECK(extended.status == record::Status::kCompleted);
      CHECK(extended.tensor_digest == whole.tensor_digest);
      extended.context = Json::object();
      CHECK(record::to_json(extended) == record::to_json(whole));
      CHECK(read_file(out / "checkpoint.bin") == read_file(in_one_piece / "checkpoint.bin"));
    }
  }
}

TEST_CASE("extension: where more epochs change what was trained, the key that makes them do so is named") {
  const TemporaryFolder folder;
  TrainConfig cosine = small_config("int8");
  cosine.lr_schedule = "cosine";
  TrainConfig fraction = small_config("ampa");
  fraction.ampa.itv_epochs.reset();
  fraction.ampa.itv = 0.34;
  const std::pair<TrainConfig, std::string> cases[] = {{cosine, "(lr_schedule: the rates of cosine follow"},
                                                       {fraction, "(itv: an interval that is a fraction of epochs"}};
  for (auto [config, named] : cases) {
    INFO(named);
    const std::filesystem::path out = folder.path() / "run";
    run(config, out);
    const std::string record = read_file(out / "record.json"), checkpoint = read_file(out / "checkpoint.bin");
    config.epochs = 6;
    CHECK_THROWS_WITH(run(config, out, true), Contains("checkpoint.bin: identity: ") && Contains(named));
    CHECK(read_file(out / "record.json") == record);
    CHECK(read_file(out / "checkpoint.bin") == checkpoint);
  }
}

}  // namespace ampa::train
