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
#include "common/npy.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
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

// Four images of 32 x 32 in every part, for networks that need as many: bytes of a formula.
std::string folder_of_arrays() {
  static const TemporaryFolder folder;
  static const bool written = [] {
    std::vector<std::uint8_t> pixels(4 * 32 * 32 * 3);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i / 7 + i / 3072 * 40);
    const std::vector<std::int64_t> labels = {0, 1, 1, 0};
    for (const std::string part : {"train", "test"}) {
      write_file_atomically(folder.path() / (part + "_images.npy"),
                            encode_npy(NpyType::kUint8, {4, 32, 32, 3}, pixels.data()));
      write_file_atomically(folder.path() / (part + "_labels.npy"), encode_npy(NpyType::kInt64, {4}, labels.data()));
    }
    return true;
  }();
  (void)written;
  return folder.path().string();
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
  } else if (starts_with(network, "vgg")) {
    config.dataset = "npy";
    config.data_dir = folder_of_arrays();
  }
  config.epochs = deep && scheme != "ampa" ? 1 : 3;
  config.batch_size = deep ? 2 : 4;
  config.max_train = deep ? 2 : 10;
  config.max_test = 1;
  if (deep)
    config.lr = starts_with(network, "inception") ? 1e-7 : 1e-4;  // gradients of 2 bits grow from layer to layer
  return config;
}

// On the cpu if there is no backend.
record::RunRecord run(const TrainConfig& config, int num_threads = 2, gemm::Backend* backend = nullptr) {
  ThreadPool threads(num_threads);
  TrainOptions options;
  options.threads = &threads;
  options.backend = backend;
  return train(config, options);
}

// A network of every family.
const char* const kFamilies[] = {"resnet8",  "resnet18-quarter", "mobilenetv2-small", "inceptionv3-quarter",
                                 "vit-tiny", "unet-small",       "transformer-small", "vgg16-quarter"};

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
  for (const char* network : kFamilies) {
    INFO(network);
    CHECK(schemes_of[network] == 9);
  }
}

TEST_CASE("tensor digest: every family has its pinned bits on any threads and instruction set") {
  const std::string page = read_file(std::string(AMPA_SOURCE_DIR) + "/docs/identity.md");
  const std::vector<PinnedRun> pinned = pinned_runs();
  for (const char* network : kFamilies) {
    DYNAMIC_SECTION(network) {
      for (const PinnedRun& row : pinned) {
        if (row.network != network || (row.scheme != "int8" && row.scheme != "ampa")) continue;
        INFO(row.scheme);
        CHECK(page.find("| `" + row.network + "` | " + row.scheme + " | `" + row.digest + "` |") != std::string::npos);
        const TrainConfig config = pinned_config(row.network, row.scheme);
        for (const int threads : {1, 16}) CHECK(run(config, threads).tensor_digest == row.digest);
        for (const std::string& isa : kernels::available()) {
          kernels::select(isa);
          CHECK(run(config).tensor_digest == row.digest);
        }
        kernels::select("auto");
      }
    }
  }
}

TEST_CASE("tensor digest: every family has its pinned bits on the reference", "[.long]") {
  for (const PinnedRun& row : pinned_runs()) {
    if (std::find(std::begin(kFamilies), std::end(kFamilies), row.network) == std::end(kFamilies)) continue;
    if (row.scheme != "int8" && row.scheme != "ampa") continue;
    INFO(row.network << ' ' << row.scheme);
    gemm::ReferenceBackend reference;
    CHECK(run(pinned_config(row.network, row.scheme), 1, &reference).tensor_digest == row.digest);
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
