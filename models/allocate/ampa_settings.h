// The hyperparameters of AMPA and what follows from them before any training.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allocate/ladder.h"

namespace ampa::allocate {

struct AmpaSettings {
  // Percent of the quantized layers that are selected at each update, for weights, activations and gradients; 0 .. 100.
  double alpha_percent = 10, beta_percent = 20, gamma_percent = 30;
  std::int64_t interval_epochs = 1;  // Itv, >= 1
  std::int64_t thr = 3;              // >= 0, or kThrInfinite
  Ladder ladder = {4, 6, 8};
};

// Throws InputError naming the setting that is out of its range.
void check(const AmpaSettings& settings);

// Epochs count from 0. In a measured epoch the sensitivities are averaged over its batches; the update that they lead
// to comes at its end and is in force from the next epoch. No update falls on epoch 0.
constexpr bool is_measured_epoch(std::int64_t epoch, std::int64_t interval_epochs) {
  return epoch > 0 && epoch % interval_epochs == 0;
}

// Updates that are in force in at least one of `epochs` epochs.
std::int64_t num_effective_updates(std::int64_t epochs, std::int64_t interval_epochs);

// The layers that one update selects: floor(percent / 100 * num_layers), in integers on the percentage rounded to the
// nearest millionth, so that 30 % of 10 layers is 3 and 33.3 % of 1000 is 333. 0 <= percent <= 100.
int num_selected(double percent, int num_layers);

// What a user should know: ratios that select no layer at all, intervals that leave no update. One sentence each, empty
// if every setting acts.
std::vector<std::string> notices(const AmpaSettings& settings, int num_layers, std::int64_t epochs);

}  // namespace ampa::allocate
