// Everything that a run needs to go on where it stopped, in one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "ir/program.h"
#include "optim/optimizer.h"
#include "train/tensor_digest.h"

namespace ampa::train {

// The part of a checkpoint that is not tensors.
struct CheckpointState {
  std::int64_t next_step = 0;  // over the whole run
  Json allocator;              // the allocator's state
  Json record;                 // of the finished epochs, without its context and without a checkpoint's hash
};

// File format: the 8 bytes "AMPACKPT", a little-endian 32-bit version (1), the SHA-256 of all that follows in 64
// hexadecimal digits, the little-endian 64-bit size of the header, the header (JSON: the state, and the tensors in
// order with name, kind and size), then the tensors' FP32 values, little-endian. Holds nothing that differs between two
// runs of one configuration, so its SHA-256 names the run's result.
std::string serialise(const CheckpointState& state, const std::vector<NamedTensor>& tensors);
std::string serialise(const CheckpointState& state, const ir::Program& graph, optim::Optimizer& optimizer);

// The state of a file. Throws InputError naming the file and what was expected and found: another magic or version, a
// file that was changed or cut off.
CheckpointState read_checkpoint_state(const std::filesystem::path& path);

// Puts the tensors of a file into those named, or into the graph and the optimizer of its parameters. Throws InputError
// as above, and for the tensors of another network or optimizer; both are changed only if all is well.
void load_checkpoint_tensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);
void load_checkpoint_tensors(const std::filesystem::path& path, ir::Program& graph, optim::Optimizer& optimizer);

}  // namespace ampa::train
