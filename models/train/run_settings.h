// Settings of a run that no row of a table owns: seeds apart, batch norm's memory, what becomes of the last batch.
#pragma once

#include <cstdint>

#include "settings/own_settings.h"
#include "train/train_config.h"

namespace ampa::train {

// seed_init, seed_data, seed_rounding, norm_momentum, last_batch.
const settings::OwnSettings& run_settings();

// Whose random numbers are whose. By default all are the run's seed.
struct Seeds {
  std::uint64_t init = 0;      // initial weights
  std::uint64_t data = 0;      // order and variation of the training samples
  std::uint64_t rounding = 0;  // stochastic rounding and dropout
};
Seeds seeds_of(const TrainConfig& config);

// The share of a batch's statistics that the running ones of batch norm take.
double norm_momentum(const TrainConfig& config);

// Whether an epoch ends with a smaller batch of what is left, in place of leaving it out.
bool keeps_last_batch(const TrainConfig& config);

}  // namespace ampa::train
