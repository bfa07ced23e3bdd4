#include "sweep/tasks.h"

#include <fmt/format.h>

#include "train/two_level.h"

namespace ampa::sweep {

const Task& Tasks::task(const train::TrainConfig& config) {
  const std::string data_key = fmt::format("{}\n{}\n{}\n{}\n{}", config.dataset, config.data_dir, config.max_train,
                                           config.max_test, config.options.dump());
  const std::string key = fmt::format("{}\n{}\n{}", config.network, train::has_two_levels(config.scheme), data_key);
  const auto known = tasks_.find(key);
  if (known != tasks_.end()) return known->second;
  if (data_key != data_key_) {
    source_ = data::load_source(config.dataset, config.data_dir, config.max_train, config.max_test, config.options);
    digests_ = train::data_digests(*source_);
    data_key_ = data_key;
  }
  return tasks_
      .emplace(key, Task{source_->count(data::Part::kTrain), train::network_of(config, source_->shape()), digests_})
      .first->second;
}

}  // namespace ampa::sweep
