// Cycles of the units that choose the groups of a gradient (rtl/units/ampa_group_pruning.v), from the first word in to
// the last one out, words coming and going without a pause. They depend on numbers alone, never on values.
#pragma once

#include <cstdint>

namespace ampa::timing {

// ampa_group_absmax: elements of a tensor in, a range for each group out. elements >= groups >= 1, as below.
std::int64_t group_absmax_cycles(std::int64_t elements, std::int64_t groups);

// ampa_range_sort.
std::int64_t range_sort_cycles(std::int64_t groups);

// ampa_keep_groups, sampled or top.
std::int64_t keep_groups_cycles(std::int64_t groups, bool top);

// ampa_group_pruning, the three behind each other.
std::int64_t group_pruning_cycles(std::int64_t elements, std::int64_t groups, bool top);

}  // namespace ampa::timing
