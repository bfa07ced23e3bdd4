// The bits that training ends with, pinned: a change of a digest is a change of the numerics contract. The digests were
// taken under version 1 of it; rules that were added since left them as they are.
#include "train/tensor_digest.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "record/run_record.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

struct PinnedRun {
  std::string network, scheme, digest;
};

// The rows of tests/train/tensor_digests.txt: network, scheme, digest.
std::vector<PinnedRun> pinned_runs() {
  std::ifstream file(AMPA_TENSOR_DIGESTS);
  std::vector<PinnedRun> runs;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    PinnedRun run;
    words >> run.network >> run.scheme >> run.digest;
    runs.push_back(run);
  }
  return runs;
}

bool starts_with(const std::string& text, const char* start) {
  return text.rfind(start, 0) == 0;
}

// Networks of another family than those of resnet8: their small forms are pinned.
bool is_large(const std::string& network) {
  const std::vector<std::string> small = {"resnet8",  "resnet14", "resnet20", "resnet32",  "resnet44",
                                          "resnet56", "mlp",      "tinycnn",  "tinyresnet"};
  return std::find(small.begin(), small.end(), network) == small.end();
}

// Three epochs of two steps on the small networks and resnet8; fewer of the deeper ones, which repeat its layers.
TrainConfig pinned_config(const std::string& network, const std::string& scheme) {
  const bool deep = is_large(network) || (starts_with(network, "resnet") && network != "resnet8");
  TrainConfig config;
  config.network = network;
  config.dataset = "synthetic";
  config.scheme = scheme_from_string(scheme, "test");
  config.ampa.alpha = 30;
  config.ampa.beta = 50;
  config.ampa.gamma = 60;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  config.augment = Augmentation::kFlipCrop;
  if (starts_with(network, "unet")) {
    config.dataset = "blobs";
    config.objective = "dice-bce";
  } else if (starts_with(network, "transformer")) {
    config.dataset = "grammar";
    config.objective = "token-cross-entropy";
    config.options["bptt"] = 12;
    config.augment = Augmentation::kNone;
  }
  config.epochs = deep && scheme != "ampa" ? 1 : 3;
  config.batch_size = deep ? 2 : 4;
  config.max_train = deep ? 2 : 10;
  config.max_test = 1;
  if (deep)
    config.lr = starts_with(network, "inception") ? 1e-7 : 1e-4;  // gradients of 2 bits grow from layer to layer
  return config;
}

record::RunRecord run(const TrainConfig& config) {
  ThreadPool threads(2);
  TrainOptions options;
  options.threads = &threads;
  return train(config, options);
}

ir::Program tiny_graph(std::uint64_t seed) {
  return ops::build_program(networks::load_network("tinycnn", {1, 12, 12}, 10), ir::Arithmetic::kInteger, seed);
}

std::unique_ptr<optim::Optimizer> sgd_of(const ir::Program& graph) {
  return optim::make_optimizer("sgd", Json::object(), graph.parameters());
}

}  // namespace

TEST_CASE("tensor digest: the bits of every built-in network under every scheme are those that were pinned") {
  std::map<std::string, int> schemes_of;
  std::string found;
  bool equal = true;
  for (const PinnedRun& pinned : pinned_runs()) {
    const record::RunRecord record = run(pinned_config(pinned.network, pinned.scheme));
    INFO(pinned.network << ' ' << pinned.scheme << ": " << record.status_reason);
    CHECK(record.status == record::Status::kCompleted);
    const std::string& digest = record.tensor_digest;
    equal = equal && digest == pinned.digest;
    found += pinned.network + ' ' + pinned.scheme + ' ' + digest + '\n';
    ++schemes_of[pinned.network];
  }
  INFO(found);
  CHECK(equal);
  for (const std::string& network : networks::builtin_networks())
    if (!is_large(network)) CHECK(schemes_of[network] == 9);
  for (const char* network : {"resnet18-quarter", "mobilenetv2-small", "inceptionv3-quarter", "vit-tiny", "unet-small",
                              "transformer-small"}) {
    INFO(network);
    CHECK(schemes_of[network] == 9);
  }
}

TEST_CASE("tensor digest: README's run ends with the bits that it states", "[.long]") {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    WARN("skipped: Fashion-MNIST is not installed (Debian package dataset-fashion-mnist)");
    return;
  }
  TrainConfig config;
  config.network = "resnet8";
  config.ampa.alpha = 20;
  config.ampa.beta = 40;
  config.ampa.gamma = 60;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  config.epochs = 6;
  config.batch_size = 50;
  config.max_train = 1000;
  config.max_test = 1000;
  CHECK(run(config).tensor_digest == "9f2e889305d101c25f02595a6fbc96f72c74de1ceede1426a49229c8302a065e");
}

TEST_CASE("tensor digest: it is the SHA-256 of the layout that its header states") {
  Eigen::ArrayXf values(2), none;
  values << 1.0f, -2.0f;
  const std::string bytes(
      "\x01\0\0\0\0\0\0\0w\x05\0\0\0\0\0\0\0value\x02\0\0\0\0\0\0\0\x00\x00\x80\x3f\x00\x00\x00\xc0"
      "\x02\0\0\0\0\0\0\0bn\x06\0\0\0\0\0\0\0buffer\0\0\0\0\0\0\0\0",
      9 + 13 + 8 + 8 + 10 + 14 + 8);
  CHECK(tensor_digest({{"w", "value", &values}, {"bn", "buffer", &none}}) == sha256_hex(bytes));
  CHECK(tensor_digest({{"bn", "buffer", &none}, {"w", "value", &values}}) != sha256_hex(bytes));
}

TEST_CASE(
    "tensor digest: one bit of a weight, a velocity or a buffer changes it, and a new graph of one seed has it again") {
  ir::Program graph = tiny_graph(1);
  const auto optimizer = sgd_of(graph);
  const std::string first = tensor_digest(graph, *optimizer);
  const ir::Program same = tiny_graph(1), other = tiny_graph(2);
  CHECK(tensor_digest(same, *sgd_of(same)) == first);
  CHECK(tensor_digest(other, *sgd_of(other)) != first);
  for (const NamedTensor& tensor : named_tensors(graph, *optimizer)) {
    INFO(tensor.name << ' ' << tensor.kind);
    float& value = (*tensor.values)[tensor.values->size() - 1];
    const float before = value;
    value = std::nextafter(before, 10.0f);
    CHECK(tensor_digest(graph, *optimizer) != first);
    value = before;
  }
  CHECK(tensor_digest(graph, *optimizer) == first);
}

TEST_CASE("tensor digest: settings and results do not enter it, and it is kept without a folder as with one") {
  TrainConfig config = pinned_config("tinycnn", "int6");
  const std::string digest = run(config).tensor_digest;
  config.max_test = 7;                    // other results
  config.options["lr_milestones"] = {2};  // of another schedule: not used
  TemporaryFolder folder;
  ThreadPool threads(1);
  TrainOptions options;
  options.threads = &threads;
  options.out_dir = folder.path();
  const record::RunRecord kept = train(config, options);
  CHECK(kept.tensor_digest == digest);
  CHECK(record::read_record(folder.path() / "record.json").tensor_digest == digest);
  options.resume = true;
  CHECK(train(config, options).tensor_digest == digest);
}

TEST_CASE("tensor digest: there is none before the first epoch has ended") {
  TrainConfig config = pinned_config("tinycnn", "int8");
  config.lr = 1e30;
  CHECK(run(config).tensor_digest.empty());
}

}  // namespace ampa::train
