// Weights out of a run and into another through the command, and what the commands say of a run of no epochs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "common/atomic_file.h"
#include "common/npy.h"
#include "scratch.h"
#include "weights/safetensors.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::kTiny;
using testing::Result;
using testing::Scratch;

weights::TensorFile read(const Scratch& scratch, const std::string& name) {
  return weights::read_tensors(scratch / name);
}

// The bytes of a file without its metadata.
std::string without_metadata(weights::TensorFile file) {
  file.metadata.clear();
  return weights::encode(file);
}

const std::string kNoEpochs = "--network tinycnn --dataset synthetic --batch-size 16 --max-train 64 --max-test 32 ";

}  // namespace

TEST_CASE("export: what a run from exported weights exports is the same but for its metadata") {
  const Scratch scratch;
  for (const std::string scheme : {"ampa", "int5", "fp32"}) {
    INFO(scheme);
    const Result trained = ampa(scratch, "train " + kTiny + "--scheme " + scheme + " --out " + scheme);
    REQUIRE(trained.exit_code == 0);
    const Result exported = ampa(scratch, "export --run " + scheme);
    INFO(exported.err);
    REQUIRE(exported.exit_code == 0);
    CHECK_THAT(exported.out, Contains(scheme + "/weights.safetensors: 19 FP32 tensors"));
    const std::string again = scheme + "-again";
    REQUIRE(ampa(scratch, "train " + kNoEpochs + "--epochs 0 --scheme " + scheme + " --init " + scheme +
                              "/weights.safetensors --out " + again)
                .exit_code == 0);
    REQUIRE(ampa(scratch, "export --run " + again + " --out again.safetensors").exit_code == 0);
    const weights::TensorFile first = read(scratch, scheme + "/weights.safetensors");
    const weights::TensorFile second = read(scratch, "again.safetensors");
    CHECK(without_metadata(first) == without_metadata(second));
    CHECK(first.tensors.size() == (scheme == "fp32" ? 19 : 19 + 9));
    CHECK(first.metadata.at("tensor_digest") ==
          scratch.json(scheme + "/record.json").at("results").at("tensor_digest"));
    CHECK(first.metadata.at("epochs") == "3");
    CHECK(second.metadata.at("epochs") == "0");
  }
  const std::map<std::string, std::string> metadata = read(scratch, "int5/weights.safetensors").metadata;
  CHECK(metadata.at("ampa_format") == "1");
  CHECK(metadata.at("network") == "tinycnn");
  CHECK(metadata.at("dataset") == "synthetic");
  CHECK(metadata.at("scheme") == "int5");
  CHECK(Json::parse(metadata.at("widths")).at("conv3") == Json({{"w", 5}, {"a", 5}, {"g", 5}}));
  CHECK(Json::parse(metadata.at("network_layers")).at("layers").size() == 14);
}

TEST_CASE("export: gradients are those of the next step, which moves the weights by them") {
  const Scratch scratch;
  for (const std::string scheme : {"fp32", "int5"}) {
    INFO(scheme);
    // One step an epoch of plain SGD at a rate of 1/8, on varied images.
    const std::string step =
        "train --network tinycnn --dataset synthetic --batch-size 16 --max-train 20 --max-test 8 --lr 0.125 "
        "--lr-schedule constant --momentum 0 --weight-decay 0 --augment flip-crop --scheme " +
        scheme;
    for (const std::string epochs : {"1", "2"}) {
      REQUIRE(ampa(scratch, step + " --epochs " + epochs + " --out " + scheme + epochs).exit_code == 0);
      REQUIRE(
          ampa(scratch, "export --run " + scheme + epochs + " --gradients " + scheme + epochs + "/step").exit_code ==
          0);
    }
    const weights::TensorFile before = read(scratch, scheme + "1/weights.safetensors"),
                              after = read(scratch, scheme + "2/weights.safetensors"),
                              gradients = read(scratch, scheme + "1/step/gradients.safetensors");
    CHECK(gradients.tensors.size() == 13);
    double moved = 0;
    for (const weights::Tensor& gradient : gradients.tensors) {
      INFO(gradient.name);
      const auto value = [&](const weights::TensorFile& file, std::size_t i) {
        const weights::Tensor* const tensor = file.find(gradient.name);
        REQUIRE(tensor != nullptr);
        REQUIRE(tensor->shape == gradient.shape);
        float found;
        std::memcpy(&found, tensor->bytes.data() + i * sizeof found, sizeof found);
        return found;
      };
      for (std::size_t i = 0; i < gradient.bytes.size() / sizeof(float); ++i) {
        const float step_of = 0.125f * value(gradients, i);
        REQUIRE(value(after, i) == value(before, i) - step_of);
        moved = std::max(moved, std::abs(static_cast<double>(step_of)));
      }
    }
    CHECK(moved > 1e-3);
    CHECK(gradients.metadata.at("epoch") == "1");
    CHECK(gradients.metadata.at("step") == "1");
    // The loss that the second epoch, of this one step, has recorded.
    CHECK(std::stod(gradients.metadata.at("loss")) ==
          scratch.json(scheme + "2/record.json").at("results").at("epochs").at(1).at("train_loss").get<double>());
    const NpyArray inputs = decode_npy(read_file(scratch / (scheme + "1/step/inputs.npy")), "inputs"),
                   labels = decode_npy(read_file(scratch / (scheme + "1/step/label.npy")), "label"),
                   outputs = decode_npy(read_file(scratch / (scheme + "1/step/outputs.npy")), "outputs");
    CHECK(inputs.shape == std::vector<std::int64_t>{16, 12, 12, 1});
    CHECK(labels.shape == std::vector<std::int64_t>{16, 1, 1, 1});
    CHECK(outputs.shape == std::vector<std::int64_t>{16, 1, 1, 10});
  }
}

TEST_CASE("export: an interrupted or foreign run is refused, and nothing is written") {
  const Scratch scratch;
  CHECK_THAT(ampa(scratch, "export --run nothing").err, Contains("nothing/checkpoint.bin"));
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme int4 --out run").exit_code == 0);
  const Result other = ampa(scratch, "export --run run --network tinyresnet --out w");
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, Contains("run/checkpoint.bin: identity: expected the network's layers of the run"));
  CHECK_FALSE(std::filesystem::exists(scratch / "w"));
  CHECK_THAT(ampa(scratch, "export").err, Contains("--run: expected the folder of the run, found nothing"));
}

TEST_CASE("init: a file that does not fit is refused with exit code 2 and its tensor's name, and no folder is made") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme int4 --out run").exit_code == 0);
  REQUIRE(ampa(scratch, "export --run run --out w").exit_code == 0);
  const auto refused = [&](const weights::TensorFile& file, const std::string& message) {
    weights::write_tensors(scratch / "bad", file);
    const Result result = ampa(scratch, "train " + kTiny + "--scheme int4 --init bad --out new");
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains("ampa: bad: " + message));
    CHECK_FALSE(std::filesystem::exists(scratch / "new"));
  };
  weights::TensorFile file = read(scratch, "w");
  for (weights::Tensor& tensor : file.tensors)
    if (tensor.name == "bn2.gamma") std::memset(tensor.bytes.data(), 0xFF, 4);
  refused(file, "bn2.gamma: expected finite values");
  file = read(scratch, "w");
  file.tensors.erase(file.tensors.begin());
  refused(file, "conv1.weight: expected F32 of shape (8, 3, 3, 1), found nothing");
  write_file_atomically(scratch / "cut", read_file(scratch / "w").substr(0, 1000));
  CHECK(ampa(scratch, "train " + kTiny + "--init cut --out new").exit_code == 2);
  CHECK(ampa(scratch, "train " + kTiny + "--init absent --out new").exit_code == 2);
  CHECK_FALSE(std::filesystem::exists(scratch / "new"));
}

TEST_CASE("evaluate gives inputs, labels and FP32 logits of the first test images") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme fp32 --out run").exit_code == 0);
  const Json found = ampa(scratch, "evaluate run --logits all --json").json().at("results");
  const weights::TensorFile all = read(scratch, "all");
  CHECK(all.find("inputs")->shape == std::vector<std::int64_t>{32, 12, 12, 1});
  CHECK(all.find("logits")->shape == std::vector<std::int64_t>{32, 10});
  CHECK(all.find("label")->shape == std::vector<std::int64_t>{32, 1});
  std::vector<float> logits(320);
  std::vector<float> labels(32);
  std::memcpy(logits.data(), all.find("logits")->bytes.data(), logits.size() * sizeof(float));
  std::memcpy(labels.data(), all.find("label")->bytes.data(), labels.size() * sizeof(float));
  std::int64_t correct = 0;  // of a run in FP32 they are what it was judged by
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(10 * i);
    correct += std::max_element(first, first + 10) - first == static_cast<std::ptrdiff_t>(labels[i]) ? 1 : 0;
  }
  CHECK(found.at("test_accuracy_percent") == 100.0 * static_cast<double>(correct) / 32);
  REQUIRE(ampa(scratch, "evaluate run --logits few --max-images 3").exit_code == 0);
  const weights::TensorFile few = read(scratch, "few");
  CHECK(few.find("logits")->bytes == all.find("logits")->bytes.substr(0, 3 * 10 * sizeof(float)));
  CHECK_THAT(ampa(scratch, "evaluate run --max-images 3").err, Contains("--max-images: acts only with --logits"));
}

TEST_CASE("a run of no epochs is evaluated and reported, and has no steps to cost, trace or sweep") {
  const Scratch scratch;
  for (const std::string scheme : {"ampa", "fp32"}) {
    INFO(scheme);
    const Result trained = ampa(scratch, "train " + kNoEpochs + "--epochs 0 --scheme " + scheme + " --out " + scheme);
    REQUIRE(trained.exit_code == 0);
    CHECK_THAT(trained.out, Contains("completed: 0 of 0 epochs"));
    CHECK_THAT(trained.err, Contains("no epochs: the initial weights are the result; kept in " + scheme));
    const Json found = ampa(scratch, "evaluate " + scheme + " --json").json().at("results");
    CHECK(found.at("epoch").is_null());
    CHECK(found.at("as_recorded").is_null());
    CHECK(found.at("num_images") == 32);
    CHECK(found.at("tensor_digest") == scratch.json(scheme + "/record.json").at("results").at("tensor_digest"));
    CHECK_THAT(ampa(scratch, "evaluate " + scheme).out, Contains(": initial weights, 32 test images"));
    CHECK(ampa(scratch, "report " + scheme).exit_code == 0);
    CHECK_THAT(ampa(scratch, "recommend " + scheme).out, Contains("No setting can be recommended"));
    for (const std::string command : {"simulate", "simulate --memory ideal", "compare", "table14"}) {
      const Result result = ampa(scratch, command + " --record " + scheme + "/record.json");
      CHECK(result.exit_code == 2);
      CHECK_THAT(result.err, Contains("results: expected a finished epoch with quantized jobs, found none"));
    }
  }
  const Result traced = ampa(scratch, "trace record " + kNoEpochs + "--epochs 0 --out step");
  CHECK(traced.exit_code == 2);
  CHECK_THAT(traced.err, Contains("--epochs: expected at least 1"));
  CHECK_THAT(ampa(scratch, "estimate --network tinycnn --epochs 0").err, Contains("epochs: expected an integer >= 1"));
  scratch.write("sweep.json",
                R"({"schema_version": 1, "name": "s", "base": {"network": "tinycnn", "dataset": "synthetic"},
    "list": [{"scheme": "int8", "epochs": 0}]})");
  const Result sweep = ampa(scratch, "sweep sweep.json --out out");
  CHECK(sweep.exit_code == 2);
  CHECK_THAT(sweep.err, Contains("sweep.json: list[0].epochs: expected at least 1 epoch"));
}

TEST_CASE("sweep: initial weights are of the trials' identities, by content, and a file that is not there is refused") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kNoEpochs + "--epochs 0 --seed 7 --out run").exit_code == 0);
  REQUIRE(ampa(scratch, "export --run run --out w").exit_code == 0);
  std::filesystem::copy(scratch / "w", scratch / "copy");
  scratch.write("sweep.json",
                R"({"schema_version": 1, "name": "s", "base": {"network": "tinycnn", "dataset": "synthetic",
    "scheme": "int8", "epochs": 1, "batch_size": 16, "max_train": 32, "max_test": 16}, "grid": {"init": ["", "w", "copy"]}})");
  const Result result = ampa(scratch, "sweep sweep.json --out out --workers 1 --json");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json trials = scratch.json("out/sweep.json").at("results").at("trials");
  REQUIRE(trials.size() == 2);  // the copy comes to the same run
  CHECK_FALSE(trials[0].at("identity").contains("init_sha256"));
  CHECK(trials[1].at("identity").contains("init_sha256"));
  std::filesystem::remove(scratch / "w");
  CHECK_THAT(ampa(scratch, "sweep sweep.json --out other").err, Contains("w: "));
}

}  // namespace ampa
