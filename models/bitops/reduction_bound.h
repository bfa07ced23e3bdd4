// What a run's RR can still come to, before it has ended.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "allocate/ampa_settings.h"
#include "bitops/bitops.h"

namespace ampa::bitops {

// The largest RR in percent of a run of `num_epochs` whose first epochs had `epoch_bitops` and whose next has
// `next_bitops`, if widths never fall: U = 100 (1 - [sum of b_e + (N - t) b_t] / (N B)). Computed as reduction_percent
// computes the RR of the whole run, in steps that are each monotone, so that no run ends above its bound by rounding
// either. int8 > 0, and epoch_bitops.size() < num_epochs.
double reduction_at_most(std::vector<std::int64_t> epoch_bitops, std::int64_t next_bitops, std::int64_t num_epochs,
                         std::int64_t int8);

// How fast the BitOPs of a step can rise where layers climb a ladder.
struct Climb {
  // By one update at most: the sum over weights, activations and gradients of the layers (or groups) that an update
  // selects, those of the most MACs, times the ladder's widest step, the other operands at its top.
  std::int64_t per_update = 0;
  std::int64_t most = 0;                              // with every width at the top
  std::int64_t interval_epochs = 1, first_epoch = 0;  // when updates come (allocate::is_measured_epoch)
};

// `groups` (ir/layer_groups.h) has the group of every layer.
Climb climb_of(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
               const allocate::AmpaSettings& settings);

// The smallest RR in percent of a run of `num_epochs` whose first epochs had `epoch_bitops`: every later epoch as
// min(most, the one before + per_update after an update). `next_bitops`, if it is known, are those of the epoch that
// comes next; else an update at the end of the last epoch may raise it. Computed as reduction_at_most is: no run ends
// below its bound by rounding either, and the bound never falls. int8 > 0, and at least one epoch's BitOPs are given.
double reduction_at_least(std::vector<std::int64_t> epoch_bitops, std::optional<std::int64_t> next_bitops,
                          const Climb& climb, std::int64_t num_epochs, std::int64_t int8);

}  // namespace ampa::bitops
