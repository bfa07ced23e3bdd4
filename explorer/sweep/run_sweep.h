// Runs the trials of a sweep in worker processes and keeps what they leave.
//
//   DIR/sweep.json                the summary, rewritten after every trial
//   DIR/trials/ID/config.json     the resolved configuration
//   DIR/trials/ID/record.json     and checkpoint.bin, as `ampa train` writes them
//   DIR/trials/ID/log.txt         what the worker printed
//
// A trial is finished when its record says completed or diverged; a finished one is never run again. Others go on from
// their checkpoint or start anew.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "config/sweep_spec.h"
#include "sweep/summary.h"

namespace ampa::sweep {

struct SweepProgress {
  std::int64_t num_trials = 0, num_finished = 0, num_failed = 0, num_running = 0;
  double elapsed_seconds = 0;
  std::optional<double> remaining_seconds;  // estimated from the epochs done since the start; none before the first
};

struct SweepOptions {
  std::filesystem::path dir;
  int num_workers = 1;
  int threads_per_worker = 1;
  std::string program;                      // the executable to run as `PROGRAM train`
  std::string isa;                          // for the workers; empty: their own choice
  Json context = Json::object();            // of the summary
  const std::atomic<bool>* stop = nullptr;  // when true, workers are asked to stop and their trials are kept
  std::function<void(const SweepProgress&)> on_progress;  // about twice a second
  std::function<void(const TrialSummary&)> on_trial;      // when a trial has ended
};

struct SweepOutcome {
  SweepSummary summary;
  std::int64_t num_reused = 0;  // finished before this call
  std::int64_t num_run = 0;     // finished in this call
  std::int64_t num_failed = 0;
  bool interrupted = false;
};

// Locks DIR while it runs. A trial whose process fails is reported as failed and does not end the sweep. Throws
// InputError if another sweep holds DIR, a network or data set of a trial cannot be loaded, or a record found in DIR is
// damaged.
SweepOutcome run_sweep(const config::SweepSpec& spec, const SweepOptions& options);

std::filesystem::path trial_dir(const std::filesystem::path& dir, const std::string& id);

}  // namespace ampa::sweep
