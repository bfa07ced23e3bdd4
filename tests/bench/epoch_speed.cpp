// Seconds of whole epochs of one AMPA run, test and checkpoint included, of which every second one measures
// sensitivities: what measuring costs.
//   epoch_speed DATASET DATA_DIR [network] [training images] [epochs] [threads]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "train/trainer.h"

using namespace ampa;

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) {
    fmt::print(stderr, "epoch_speed: expected DATASET DATA_DIR [network] [training images] [epochs] [threads]\n");
    return 2;
  }
  train::TrainConfig config;
  config.dataset = argv[1];
  config.data_dir = argv[2];
  if (argc > 3) config.network = argv[3];
  config.max_train = argc > 4 ? std::atoll(argv[4]) : 10000;
  config.max_test = config.max_train / 5;
  config.epochs = argc > 5 ? std::atoll(argv[5]) : 12;
  config.batch_size = 128;
  config.augment = train::Augmentation::kFlipCrop;
  config.scheme = train::scheme_from_string("ampa", "benchmark");
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 2;
  ThreadPool threads(argc > 6 ? std::atoi(argv[6]) : 2);

  using Clock = std::chrono::steady_clock;
  std::vector<double> measuring, others;
  auto begin = Clock::now();
  train::TrainOptions options;
  options.threads = &threads;
  options.out_dir =
      std::filesystem::temp_directory_path() / fmt::format("epoch_speed.{}", Clock::now().time_since_epoch().count());
  std::filesystem::create_directory(options.out_dir);
  options.on_epoch = [&](const record::EpochResult& epoch) {
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const bool measured = !epoch.sensitivities.empty();
    fmt::print("epoch {:2}: {:.3f} s{}\n", epoch.epoch, seconds, measured ? ", measured" : "");
    if (epoch.epoch > 0) (measured ? measuring : others).push_back(seconds);  // the first one also loads and allocates
    begin = Clock::now();
  };
  train::train(config, options);
  std::filesystem::remove_all(options.out_dir);
  fmt::print("medians: {:.3f} s with measuring, {:.3f} s without, ratio {:.4f}\n", median(measuring), median(others),
             median(measuring) / median(others));
} catch (const std::exception& error) {
  fmt::print(stderr, "epoch_speed: {}\n", error.what());
  return 1;
}
