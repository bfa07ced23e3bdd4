// After how many epochs successive halving compares settings.
#pragma once

#include <cstdint>
#include <vector>

#include "study/lattice.h"
#include "study/study_spec.h"

namespace ampa::study {

// The rungs of the study's file, ascending, below the epochs of the run. Without any, of the parts 1/k^2 and 1/k of the
// epochs (k: keep_one_in) those that are not too early: at which every setting whose widths climb within the run has
// trained an epoch with its first update in force. Before that, settings of one ladder are one and the same run, and
// nothing tells them apart. If both are too early, the first epoch that is not. Empty without halving.
std::vector<std::int64_t> rungs_of(const StudySpec& spec, const Lattice& lattice);

}  // namespace ampa::study
