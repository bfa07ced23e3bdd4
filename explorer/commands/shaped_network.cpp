#include "commands/shaped_network.h"

#include "data/source.h"
#include "networks/load_network.h"

namespace ampa::commands {

ir::Network shaped_network(const train::TrainConfig& config, bool has_dataset) {
  if (!has_dataset) return networks::load_network(config.network);
  const auto source = data::load_source(config.dataset, config.data_dir, 1, 1, config.options);
  return networks::load_network(config.network, source->shape().input.shape, source->shape().num_classes);
}

}  // namespace ampa::commands
