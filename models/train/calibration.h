// Running statistics of batch norm for widths that were not trained together.
#pragma once

#include "common/thread_pool.h"
#include "data/source.h"
#include "ir/program.h"

namespace ampa::train {

// The running statistics of every batch norm of `program` become the means, batches alike, of those of the first
// `num_samples` training samples, as they are, in batches of `batch_size`; what does not fill a batch is left out.
// Parameters stay. The program computes as in training, at the widths that it has. Throws InputError if there is not
// one batch, NonFiniteError if a value is not finite.
void calibrate_norms(ir::Program& program, const data::Source& source, std::int64_t num_samples,
                     std::int64_t batch_size, ThreadPool& threads);

}  // namespace ampa::train
