// What a run that was paused is certain to come to.
#pragma once

#include <optional>

#include "bitops/reduction_bound.h"
#include "record/run_record.h"
#include "study/objective.h"
#include "train/train_config.h"

namespace ampa::study {

// How fast the BitOPs of a run can rise; none where its layers climb no ladder. `layers` are the names of the quantized
// ones, `groups` has the group of each (ir/layer_groups.h).
std::optional<bitops::Climb> climb_of(const train::TrainConfig& config, const std::vector<std::string>& layers,
                                      const std::vector<bitops::CountedGemm>& gemms, const std::vector<int>& groups);

// The RR in percent that the whole run has at least (bitops::reduction_at_least), if its layers climb a ladder; of a
// run that has ended its own. None where nothing is certain.
std::optional<double> least_reduction(const record::RunRecord& record);

// The figure of an objective by which settings are compared at a rung: of RR and BitOPs what the whole run is certain
// to come to, if anything is, so that a setting that has saved much because it has yet to climb is not taken for
// one that saves much; else what the run has come to so far.
std::optional<double> prospect(const Objective& objective, const Measured& run);

}  // namespace ampa::study
