// A training run as its folder keeps it: what the commands on checkpoints begin with.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/source.h"
#include "ir/builder.h"
#include "ir/network.h"
#include "optim/optimizer.h"
#include "record/run_record.h"
#include "train/joint_training.h"
#include "train/train_config.h"

namespace ampa::commands {

struct KeptRun {
  std::filesystem::path checkpoint;
  record::RunRecord record;  // of the finished epochs
  train::TrainConfig config;
  std::unique_ptr<data::Source> source;
  ir::Network network;  // for the source's shape

  ir::Arithmetic arithmetic() const;  // of the run's scheme
  ir::Program program() const;        // of the network, as the run had it before its first step

  // Puts the checkpoint's tensors into a graph of `network`, whatever its arithmetic, and into an optimizer made for
  // it.
  std::unique_ptr<optim::Optimizer> load_tensors(ir::Program& graph) const { return load(graph).optimizer; }

  // The same, with what widths beside the first have of their own; `joint`, null where one is trained, goes first.
  struct Loaded {
    std::unique_ptr<optim::Optimizer> optimizer;
    std::unique_ptr<train::JointTraining> joint;
  };
  Loaded load(ir::Program& graph) const;

  // One per quantized layer: those of the last epoch, or, of a run of no epochs, those of its first; empty for fp32.
  std::vector<allocate::LayerBits> bits() const;

  bool has_training_images() const;  // true also for a run that does not say which it had
  bool has_test_images() const;
};

// Reads checkpoint.bin in `dir`; `network` and `data_dir` stand for those of the run if they are not empty. Throws
// InputError for a folder without a run, and for a network that is not the run's.
KeptRun read_run(const std::string& dir, const std::string& network, const std::string& data_dir);

// Throws InputError "CHECKPOINT: identity: expected WHAT of the run, found other ones: ADVICE".
[[noreturn]] void refuse_other(const KeptRun& run, const std::string& what, const std::string& advice);

// The same of "training" or "test" samples, by what the source calls them.
[[noreturn]] void refuse_other_samples(const KeptRun& run, const char* part, const std::string& advice);

}  // namespace ampa::commands
