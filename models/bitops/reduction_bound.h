// What a run's RR can still come to, before it has ended.
#pragma once

#include <cstdint>
#include <vector>

namespace ampa::bitops {

// The largest RR in percent of a run of `num_epochs` whose first epochs had `epoch_bitops` and whose next has
// `next_bitops`, if widths never fall: U = 100 (1 - [sum of b_e + (N - t) b_t] / (N B)). Computed as reduction_percent
// computes the RR of the whole run, in steps that are each monotone, so that no run ends above its bound by rounding
// either. int8 > 0, and epoch_bitops.size() < num_epochs.
double reduction_at_most(std::vector<std::int64_t> epoch_bitops, std::int64_t next_bitops, std::int64_t num_epochs,
                         std::int64_t int8);

}  // namespace ampa::bitops
