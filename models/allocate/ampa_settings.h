// The hyperparameters of AMPA and what follows from them before any training.
#pragma once

#include <cstdint>
#include <optional>
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
  // From which number epochs count where every interval_epochs-th is measured: 0, or 1 as Algorithm 1 is printed.
  std::int64_t first_epoch = 0;
  // What climbs together: "layer", "block" or "network" (ir/layer_groups.h).
  std::string granularity = "layer";
  std::string measure = "magnitude", measure_g = "same";   // of allocate::measures(); same: as `measure`
  std::optional<double> interval_fraction = std::nullopt;  // that interval_epochs was rounded from, of the epochs
};

// Throws InputError naming the setting that is out of its range.
void check(const AmpaSettings& settings);

// `epoch` counts from 0. In a measured epoch the sensitivities are averaged over its batches; the update that they lead
// to comes at its end and is in force from the next epoch. With first_epoch = 0 (the default) epochs Itv, 2 Itv, ...
// are measured, never epoch 0; with 1, the loop of Algorithm 1 as printed (i from 1, i % Itv == 0), each of them one
// epoch earlier. ResNet-20, 10/20/30, Thr 3, lower end of RR: 35.42 % for N = 200, Itv 10 and 35.73 % for N = 100, Itv
// 5 with 0; 35.12 % for both with 1. The paper prints 35.42 % for N = 100.
constexpr bool is_measured_epoch(std::int64_t epoch, std::int64_t interval_epochs, std::int64_t first_epoch = 0) {
  return epoch + first_epoch > 0 && (epoch + first_epoch) % interval_epochs == 0;
}

// Updates that are in force in at least one of `epochs` epochs.
std::int64_t num_effective_updates(std::int64_t epochs, std::int64_t interval_epochs, std::int64_t first_epoch = 0);

// The layers that one update selects: floor(percent / 100 * num_layers), in integers on the percentage rounded to the
// nearest millionth, so that 30 % of 10 layers is 3 and 33.3 % of 1000 is 333. 0 <= percent <= 100.
int num_selected(double percent, int num_layers);

// The same of groups of layers, of which at least one is selected where the ratio is above 0: 10 % of 9 blocks are 1.
// Single layers follow num_selected alone.
int num_selected_groups(double percent, int num_groups, const std::string& granularity);

// What a user should know: ratios that select no layer at all, intervals that leave no update or do not divide the
// epochs. One sentence each, empty if every setting acts.
std::vector<std::string> notices(const AmpaSettings& settings, int num_layers, std::int64_t epochs);

}  // namespace ampa::allocate
