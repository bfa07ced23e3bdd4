// The range in which a configuration's RR will lie.
#pragma once

#include <string>
#include <vector>

#include "bitops/bitops.h"
#include "bitops/rr_range.h"
#include "sweep/summary.h"
#include "train/train_config.h"

namespace ampa::sweep {

// bitops::imagined_reduction_percent for an allocator that climbs a ladder, one exact value for one whose widths are
// known beforehand, none for others, for fp32 or without layers. `layers` are the names of the quantized ones, `groups`
// are theirs (ir/layer_groups.h). `so_far`: of a run that has begun.
std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::CountedGemm>& gemms,
                                              const std::vector<std::string>& layers, const std::vector<int>& groups,
                                              const bitops::RunSoFar& so_far = {});

}  // namespace ampa::sweep
