// What trials share: the images that they use, and the network as these shape it. Each is loaded once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "data/source.h"
#include "ir/network.h"
#include "train/identity.h"
#include "train/train_config.h"

namespace ampa::sweep {

struct Task {
  std::int64_t num_training_images = 0;  // before any are held out
  ir::Network network;
  train::DataDigests data;
  int num_quantized_layers() const { return static_cast<int>(network.quantized_layers().size()); }
};

class Tasks {
 public:
  // Throws InputError for a network or data set that cannot be loaded.
  const Task& task(const train::TrainConfig& config);

 private:
  std::unique_ptr<data::Source> source_;  // the last one
  train::DataDigests digests_;
  std::string data_key_;
  std::unordered_map<std::string, Task> tasks_;
};

}  // namespace ampa::sweep
