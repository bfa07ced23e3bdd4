// What goes through the scratchpads of a core while it runs a job.
#pragma once

#include <cstdint>

#include "timing/job_plan.h"

namespace ampa::timing {

// Bytes written to and read from the scratchpads: slabs that come in (at their packed size) and codes that enter the
// array (each at its storage width, once per word that it is part of: a word of A enters once for every tile of
// columns, one of B for every tile of rows; of a weight-stationary array B once per tile, A once per tile and pair of
// planes), and sums of 8 bytes that are added (read and written) or begun (written) and read to be stored. A count of
// the model, not of the RTL.
double scratchpad_bytes(const JobPlan& plan);

}  // namespace ampa::timing
