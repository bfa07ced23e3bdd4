// The jobs of a training step, known from the network alone.
#pragma once

#include <cstdint>
#include <vector>

#include "networks/network.h"
#include "record/run_record.h"

namespace ampa::train {

// In the order in which they run: fwd of every quantized layer, then dgrad and wgrad of every layer from the last to the
// first. A layer that reads the network's input has no dgrad.
std::vector<record::StepJob> step_jobs(const networks::Network& network, std::int64_t batch_size);

}  // namespace ampa::train
