// What the paper says of a network that a run has trained: Table 8's widths of its weights and BitOPs of its inference,
// and Table 4's agreement of the measure with what it bounds.
#pragma once

#include <cstdint>
#include <optional>

#include "record/run_record.h"

namespace ampa::record {

// Under the widths of the last finished epoch, under which it was tested.
struct Inference {
  double weight_bits = 0;   // bitops::mean_weight_bits
  std::int64_t bitops = 0;  // of one image
  std::int64_t int8_bitops = 0;
};
// None for scheme fp32 and before the first epoch.
std::optional<Inference> inference_of(const RunRecord& record);

// The mean over the updates of |A and B| / k in percent: A the k layers of the largest sensitivities, B those of the
// largest first-order terms (rule M7), of equal ones the earlier layer first; k is 30 % of the layers, rounded down, at
// least 1.
struct Intersection {
  double weights_percent = 0, activations_percent = 0;
  std::int64_t num_updates = 0;  // that the mean is over, >= 1
};
// None if no epoch has first-order terms.
std::optional<Intersection> average_intersection(const RunRecord& record);

// Keys and values of a record's results that follow from its epochs: "inference" and "intersection", where they are.
Json derived_results(const RunRecord& record);

}  // namespace ampa::record
