// What a run's next training step computes, for other programs to compare with: `ampa export --gradients DIR`.
#pragma once

#include <filesystem>
#include <vector>

#include "allocate/bit_allocation.h"
#include "commands/kept_run.h"

namespace ampa::commands {

// Runs the first step of the epoch after the checkpoint's, forward and backward, in the run's arithmetic (under `bits`,
// one per quantized layer), and writes into the folder `dir`
//   gradients.safetensors  the gradient of the batch's mean loss for every parameter, named and laid out as the weights
//                          are; before clipping and weight decay. Metadata: loss, epoch, step, batch_size, objective,
//                          label_smoothing, ...
//   inputs.npy             the batch, (samples, height, width, channels), normalised
//   TARGET.npy             each target by its name in the source, (samples, height, width, channels)
//   outputs.npy            the network's output, (samples, height, width, channels)
// Throws InputError if the training images are not those of the run, RunError for a step whose values are not finite.
void write_gradients(const KeptRun& run, const std::vector<allocate::LayerBits>& bits,
                     const std::filesystem::path& dir);

}  // namespace ampa::commands
