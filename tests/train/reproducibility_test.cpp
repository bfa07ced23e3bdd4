// A whole AMPA training run ends in the same checkpoint, byte for byte, on any number of threads and instruction set.
#include <catch2/catch.hpp>
#include <set>

#include "../common/temporary_folder.h"
#include "kernels/kernels.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

std::string checkpoint_hash(const TrainConfig& config, int num_threads) {
  ThreadPool threads(num_threads);
  TemporaryFolder folder;
  TrainOptions options;
  options.threads = &threads;
  options.out_dir = folder.path();
  return train(config, options).checkpoint_sha256;
}

}  // namespace

TEST_CASE("reproducibility: one checkpoint hash for 1, 2, 3 and 8 threads and every instruction set") {
  TrainConfig config;
  config.dataset = "synthetic";
  config.scheme = scheme_from_string("ampa", "test");
  config.ampa.alpha = 30;
  config.ampa.beta = 50;
  config.ampa.gamma = 60;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  config.augment = Augmentation::kFlipCrop;
  config.epochs = 3;
  config.batch_size = 20;
  config.max_train = 100;
  config.max_test = 50;  // the last batch of a test is smaller
  for (const char* network : {"tinyresnet", "tinycnn"}) {
    config.network = network;
    std::set<std::string> hashes;
    for (const std::string& isa : kernels::available()) {
      kernels::select(isa);
      for (const int num_threads : {1, 2, 3, 8}) {
        const std::string hash = checkpoint_hash(config, num_threads);
        CHECK(hash.size() == 64);
        hashes.insert(hash);
        INFO(network << ", " << isa << ", " << num_threads << " threads: " << hash);
        CHECK(hashes.size() == 1);
      }
    }
  }
  kernels::select("auto");
}

}  // namespace ampa::train
