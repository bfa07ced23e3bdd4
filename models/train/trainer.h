// Trains a network as a TrainConfig asks and keeps the record of it.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "quant/observer.h"
#include "record/run_record.h"
#include "train/train_config.h"

namespace ampa::train {

struct TrainOptions {
  std::filesystem::path out_dir;     // record.json and checkpoint.bin go here after every epoch; empty: nothing is written
  // Go on from out_dir's checkpoint, if there is one; a checkpoint or record of another run (train/identity.h) is refused. Else
  // both files are replaced.
  bool resume = false;
  // Of the quantized jobs of training and test; null: the cpu backend on `threads`, which tests its images in parallel.
  gemm::Backend* backend = nullptr;
  ThreadPool* threads = nullptr;     // not null
  quant::Observer* observer = nullptr;  // of the quantizers; may be null
  std::int64_t max_steps = 0;        // ends as interrupted after so many steps of this call; 0: no limit
  const std::atomic<bool>* stop = nullptr;  // polled between steps; when true the run ends as interrupted
  std::function<void(const record::EpochResult&)> on_epoch;
  std::function<void(const std::string&)> on_notice;  // things the user should know, such as an allocation that cannot act
};

// Runs the configuration to its end. A diverged or interrupted run is a result, kept in the returned record; wrong input
// throws InputError before anything is written.
record::RunRecord train(const TrainConfig& config, const TrainOptions& options);

}  // namespace ampa::train
