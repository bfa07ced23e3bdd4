// The range in which a configuration's RR will lie.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bitops/bitops.h"
#include "networks/network.h"
#include "sweep/summary.h"
#include "train/train_config.h"

namespace ampa::sweep {

// Networks as the data sets shape them, each pair loaded once.
class NetworkCache {
 public:
  // Throws InputError if the network or the data set cannot be loaded.
  const networks::Network& network(const train::TrainConfig& config);

 private:
  std::map<std::string, networks::Network> networks_;
};

// bitops::imagined_reduction_percent for scheme ampa, one exact value for a fixed width, none for fp32 or without
// layers.
std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::LayerCost>& layers);

std::vector<bitops::LayerCost> costs_of(const record::RunRecord& record);

}  // namespace ampa::sweep
