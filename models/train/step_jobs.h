// The jobs of a training step, before there are data.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/program.h"
#include "record/run_record.h"

namespace ampa::train {

// Those that the program runs, in the order in which it runs them: fwd of every quantized layer, then dgrad and wgrad
// of every layer from the last to the first. A layer that reads the network's input has no dgrad, a product of two
// activations whose second one that is no wgrad.
std::vector<record::StepJob> step_jobs(const ir::Program& program, std::int64_t batch_size);

// Of the program that trains the network in integers.
std::vector<record::StepJob> step_jobs(const ir::Network& network, std::int64_t batch_size);

// Those that BitOPs count and the program does not run.
std::vector<record::CountedJob> counted_only_jobs(const ir::Program& program);

// The quantized layers of the network and their jobs, into the record of a run.
void describe_layers(const ir::Network& network, const ir::Program& program, std::int64_t batch_size,
                     record::RunRecord& record);

}  // namespace ampa::train
