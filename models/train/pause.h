// When a run stops before its end, to be gone on with or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "allocate/allocator.h"
#include "bitops/bitops.h"
#include "record/run_record.h"
#include "train/train_config.h"

namespace ampa::train {

struct PauseRule {
  std::int64_t until_epoch = 0;  // when so many epochs of the run are finished; 0, or the last: never
  // Before an epoch in which the whole run's RR can no longer reach this (bitops::reduction_at_most), for schemes whose
  // widths never fall.
  std::optional<double> min_rr_percent;
};

// Why to pause behind `finished` epochs, of which there is one or more to come: the record's reason, which is empty for
// until_epoch. None: the run goes on. `allocator` holds the widths of the next epoch; null for fp32.
std::optional<std::string> reason_to_pause(const PauseRule& rule, const TrainConfig& config,
                                           const allocate::Allocator* allocator,
                                           const std::vector<bitops::CountedGemm>& gemms,
                                           const std::vector<record::EpochResult>& finished);

}  // namespace ampa::train
