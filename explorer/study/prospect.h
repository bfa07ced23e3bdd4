// What a run that was paused is expected to come to.
#pragma once

#include <optional>

#include "record/run_record.h"
#include "study/objective.h"

namespace ampa::study {

// The RR in percent to be expected of the whole run: the middle of the range in which `ampa estimate` would see it, had
// the run begun with its finished epochs and the widths that it now has (sweep::estimated_range). Of a run that has
// ended its own; none where nothing is known of the widths to come. A forecast, by which runs are compared, not a
// bound.
std::optional<double> expected_reduction(const record::RunRecord& record);

// The figure of an objective by which settings are compared at a rung: of RR and BitOPs what the whole run is expected
// to come to, if anything is, so that a setting that has saved much because it has yet to climb is not taken for one
// that saves much; else what the run has come to so far.
std::optional<double> prospect(const Objective& objective, const Measured& run);

}  // namespace ampa::study
