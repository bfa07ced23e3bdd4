// What a run may be gone on with: the same network and images under any path, and nothing else.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

using Catch::Contains;

const std::string kNetwork = R"({"schema_version": 1, "name": "n", "description": "",
  "default_input": {"channels": 1, "height": 4, "width": 4}, "default_classes": 10, "layers": [
  {"name": "c", "type": "conv2d", "inputs": ["input"], "out_channels": 4, "kernel": 3, "stride": 1, "padding": 1, "quantized": true},
  {"name": "r", "type": "relu", "inputs": ["c"]},
  {"name": "f", "type": "linear", "inputs": ["r"], "out_features": 10, "quantized": true}]})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
  return bytes;
}

// IDX files of ten 4 x 4 images a part; `first` is the first pixel of the training images.
void write_data(const std::filesystem::path& folder, char first) {
  for (const std::string part : {"train", "t10k"}) {
    std::string pixels, labels;
    for (int i = 0; i < 160; ++i) pixels += static_cast<char>(i * 37 % 251);
    for (int i = 0; i < 10; ++i) labels += static_cast<char>(i);
    if (part == "train") pixels[0] = first;
    write_file_atomically(folder / (part + "-images-idx3-ubyte"),
                          big_endian(0x803) + big_endian(10) + big_endian(4) + big_endian(4) + pixels);
    write_file_atomically(folder / (part + "-labels-idx1-ubyte"), big_endian(0x801) + big_endian(10) + labels);
  }
}

struct Files {
  TemporaryFolder folder;
  TrainConfig config;
  TrainOptions options;
  ThreadPool threads{1};

  Files() {
    write_file_atomically(folder.path() / "net.json", kNetwork);
    write_data(folder.path() / "data", 9);
    config.network = (folder.path() / "net.json").string();
    config.data_dir = (folder.path() / "data").string();
    config.scheme = scheme_from_string("int8", "test");
    config.batch_size = 5;
    config.epochs = 2;
    options.out_dir = folder.path() / "run";
    options.threads = &threads;
    options.max_steps = 3;  // in the middle of the second of two epochs
  }
  record::RunRecord start() { return train(config, options); }
  record::RunRecord resume() {
    options.resume = true;
    options.max_steps = 0;
    return train(config, options);
  }
  std::string kept(const char* name) const { return read_file(options.out_dir / name); }
};

}  // namespace

TEST_CASE(
    "resume: a run goes on in a moved folder with a network that is formatted otherwise, and ends in the same "
    "tensors") {
  Files whole;
  whole.options.max_steps = 0;
  const record::RunRecord expected = whole.start();

  Files files;
  REQUIRE(files.start().status == record::Status::kInterrupted);
  std::filesystem::rename(files.folder.path() / "data", files.folder.path() / "moved");
  std::filesystem::rename(files.folder.path() / "run", files.folder.path() / "run2");
  write_file_atomically(files.folder.path() / "other.json", replaced(kNetwork, "\"layers\": [", "\n\n\"layers\":[ "));
  files.config.data_dir = (files.folder.path() / "moved").string();
  files.config.network = (files.folder.path() / "other.json").string();
  files.options.out_dir = files.folder.path() / "run2";
  const record::RunRecord record = files.resume();
  CHECK(record.status == record::Status::kCompleted);
  CHECK(record.tensor_digest == expected.tensor_digest);
  CHECK(record::differences(*record.identity, *expected.identity).empty());
}

TEST_CASE("resume: an edited network is refused and nothing is replaced") {
  Files files;
  files.start();
  const std::string record = files.kept("record.json"), checkpoint = files.kept("checkpoint.bin");
  write_file_atomically(files.config.network, replaced(kNetwork, "\"padding\": 1, \"quantized\": true",
                                                       "\"padding\": 1, \"quantized\": false"));
  CHECK_THROWS_WITH(files.resume(), Contains("checkpoint.bin: identity") && Contains("the network's layers"));
  CHECK(files.kept("record.json") == record);
  CHECK(files.kept("checkpoint.bin") == checkpoint);
}

TEST_CASE("resume: edited images are refused") {
  Files files;
  files.start();
  write_data(files.folder.path() / "data", 10);
  CHECK_THROWS_WITH(files.resume(), Contains("the training data") && !Contains("network"));
}

TEST_CASE("resume: a foreign record without or beside a checkpoint is not overwritten, one of the same run is") {
  Files files;
  files.start();
  Files foreign;
  foreign.config.seed = 2;
  foreign.start();
  std::filesystem::copy_file(foreign.options.out_dir / "record.json", files.options.out_dir / "record.json",
                             std::filesystem::copy_options::overwrite_existing);
  CHECK_THROWS_WITH(files.resume(), Contains("record.json: identity") && Contains("settings.seed: 2 and 1"));
  std::filesystem::remove(files.options.out_dir / "checkpoint.bin");
  CHECK_THROWS_WITH(files.resume(), Contains("record.json: identity") && Contains("settings.seed: 2 and 1"));
  CHECK(files.kept("record.json") == foreign.kept("record.json"));

  std::filesystem::remove(foreign.options.out_dir / "checkpoint.bin");
  CHECK(foreign.resume().status == record::Status::kCompleted);
}

TEST_CASE("resume: a record that is damaged beside a good checkpoint is written anew, alone it is refused") {
  Files files;
  files.start();
  write_file_atomically(files.options.out_dir / "record.json", "{");
  CHECK(files.resume().status == record::Status::kCompleted);
  std::filesystem::remove(files.options.out_dir / "checkpoint.bin");
  write_file_atomically(files.options.out_dir / "record.json", "{");
  CHECK_THROWS_AS(files.resume(), InputError);
}

TEST_CASE("resume: a run killed between its last checkpoint and its last record ends in the same record") {
  Files files;
  files.options.max_steps = 0;
  const std::filesystem::path killed = files.folder.path() / "killed";
  files.options.on_epoch = [&](const record::EpochResult& epoch) {
    if (epoch.epoch == 1) std::filesystem::copy(files.options.out_dir, killed);
  };
  const record::RunRecord whole = files.start();
  REQUIRE(record::read_record(killed / "record.json").epochs.size() == 1);
  files.options.on_epoch = nullptr;
  files.options.out_dir = killed;
  Json found = record::to_json(files.resume()), expected = record::to_json(whole);
  for (Json* record : {&found, &expected}) record->erase("context");
  CHECK(found == expected);
  CHECK(record::read_record(killed / "record.json").status == record::Status::kCompleted);
}

TEST_CASE("resume: a checkpoint of a version without identities is refused by name") {
  Files files;
  files.start();
  std::filesystem::remove(files.options.out_dir / "checkpoint.bin");
  record::RunRecord old = record::read_record(files.options.out_dir / "record.json");
  old.identity.reset();
  record::write_record(files.options.out_dir / "record.json", old);
  CHECK_THROWS_WITH(files.resume(),
                    Contains("record.json: identity: expected that of the run to go on with, found none"));
}

TEST_CASE("resume: more epochs extend a run of a constant rate, which then equals a run of that many") {
  Files files;
  files.options.max_steps = 0;
  files.config.lr_schedule = "constant";
  REQUIRE(files.start().status == record::Status::kCompleted);
  files.config.epochs = 3;
  const record::RunRecord extended = files.resume();
  CHECK(extended.epochs.size() == 3);
  const std::string checkpoint = files.kept("checkpoint.bin");
  files.options.resume = false;
  CHECK(files.start().tensor_digest == extended.tensor_digest);
  CHECK(files.kept("checkpoint.bin") == checkpoint);
}

}  // namespace ampa::train
