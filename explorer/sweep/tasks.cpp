#include "sweep/tasks.h"

#include <fmt/format.h>

#include "networks/load_network.h"

namespace ampa::sweep {

const Task& Tasks::task(const train::TrainConfig& config) {
  const std::string data_key = fmt::format("{}\n{}\n{}\n{}\n{}", config.dataset, config.data_dir, config.max_train,
                                           config.max_test, config.options.dump());
  const std::string key = config.network + '\n' + data_key;
  const auto known = tasks_.find(key);
  if (known != tasks_.end()) return known->second;
  if (data_key != data_key_) {
    source_ = data::load_source(config.dataset, config.data_dir, config.max_train, config.max_test, config.options);
    digests_ = train::data_digests(*source_);
    data_key_ = data_key;
  }
  return tasks_
      .emplace(key,
               Task{source_->count(data::Part::kTrain),
                    networks::load_network(config.network, source_->shape().input.shape, source_->shape().num_classes),
                    digests_})
      .first->second;
}

}  // namespace ampa::sweep
