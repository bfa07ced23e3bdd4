#include "train/two_level.h"

#include "networks/load_network.h"
#include "ops/two_level_network.h"
#include "train/train_settings.h"

namespace ampa::train {

bool has_two_levels(const Scheme& scheme) {
  const allocate::AllocatorInfo* const allocator = scheme.allocator_info();
  return allocator != nullptr && allocator->is_two_level;
}

std::optional<ir::TwoLevel> two_level_of(const TrainConfig& config) {
  if (!has_two_levels(config.scheme)) return std::nullopt;
  const Json values = own_values(config.scheme.allocator_info()->own, config);
  const auto groups = values.at("gradient_groups").get<std::string>();
  ir::TwoLevel rules;
  rules.by_group = groups != "tensor";
  rules.keep_one_in = groups == "fp32" ? 0 : groups == "pruned" ? values.at("gradient_bits").get<std::int64_t>() : 1;
  rules.pruning = &quant::pruning_rule(values.at("pruning").get<std::string>(), "config: pruning");
  return rules;
}

ir::Network network_of(const TrainConfig& config, const data::SourceShape& shape) {
  const ir::Network network = networks::load_network(config.network, shape.input.shape, shape.num_classes);
  return has_two_levels(config.scheme) ? ops::two_level_network(network) : network;
}

}  // namespace ampa::train
