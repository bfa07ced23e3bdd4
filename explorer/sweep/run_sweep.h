// Runs the trials of a sweep in worker processes and keeps what they leave.
//
//   DIR/sweep.json                the summary, written at the start, now and then, and at the end
//   DIR/trials.jsonl              a line for each trial that has ended (finished_log.h)
//   DIR/trials/ID/config.json     the resolved configuration
//   DIR/trials/ID/record.json     and checkpoint.bin, as `ampa train` writes them
//   DIR/trials/ID/log.txt         what the worker printed
//
// A trial is finished when its record says completed or diverged; a finished one is never run again. Others go on from
// their checkpoint or start anew. What a trial costs the coordinator does not grow with their number.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "config/sweep_spec.h"
#include "sweep/summary.h"
#include "sweep/trial_book.h"

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
  double grace_seconds = 10;                // after which workers that were asked to stop are killed
  double watch_lock_seconds = 10;           // how often the coordinator looks whether DIR is still its own
  std::function<void(const SweepProgress&)> on_progress;  // about twice a second
  std::function<void(const TrialSummary&)> on_trial;      // when a trial has ended
  std::function<void(const std::string&)> on_notice;      // damage that was found, and what is done about it
};

struct SweepOutcome {
  SweepSummary summary;
  std::int64_t num_reused = 0;  // finished before this call
  std::int64_t num_run = 0;     // finished in this call
  std::int64_t num_failed = 0;
  bool interrupted = false;
};

// Locks DIR while it runs. A bad trial costs itself: one whose process fails or whose folder cannot be used is reported
// as failed, one whose record or checkpoint is damaged or of another run is repeated. Throws InputError before any
// worker starts if another process holds DIR or a trial could not run (plan_trials).
SweepOutcome run_sweep(const config::SweepSpec& spec, const SweepOptions& options);

}  // namespace ampa::sweep
