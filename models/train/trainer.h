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
#include "train/pause.h"
#include "train/train_config.h"

namespace ampa::train {

// What is known once the data are loaded, before the first step.
struct RunStart {
  std::int64_t num_train = 0, num_test = 0;
  std::int64_t num_held_out = 0;  // training samples, not in num_train
  std::string samples;            // what they are: "images", "sequences"
  std::int64_t steps_per_epoch = 0;
  std::int64_t num_epochs_done = 0;  // by the run that is gone on with
  int num_quantized_layers = 0;
};

struct TrainOptions {
  // checkpoint.bin and then record.json go here after every epoch, the last record when the run has ended. Empty:
  // nothing is written.
  std::filesystem::path out_dir;
  // Go on from out_dir's checkpoint, if there is one; a checkpoint or record of another run (train/identity.h) is
  // refused. Else both files are replaced.
  bool resume = false;
  // Of the quantized jobs of training and test; null: the cpu backend on `threads`, which tests its images in parallel.
  gemm::Backend* backend = nullptr;
  ThreadPool* threads = nullptr;        // not null
  quant::Observer* observer = nullptr;  // of the quantizers; may be null
  PauseRule pause;
  std::int64_t max_steps = 0;                     // ends as interrupted after so many steps of this call; 0: no limit
  const std::atomic<bool>* stop = nullptr;        // polled between steps; when true the run ends as interrupted
  std::function<void(const RunStart&)> on_start;  // may throw: nothing has been trained then
  std::function<void(std::int64_t num_steps)> on_step;  // after every training step of this call, counted from 1
  std::function<void(const record::EpochResult&)> on_epoch;
  std::function<void(const std::string&)>
      on_notice;  // things the user should know, such as an allocation that cannot act
};

// Runs the configuration to its end, or to where it is to pause; what was paused and resumed is the undisturbed run. A
// diverged or interrupted run is a result, kept in the returned record; wrong input throws InputError before anything
// is written.
record::RunRecord train(const TrainConfig& config, const TrainOptions& options);

}  // namespace ampa::train
