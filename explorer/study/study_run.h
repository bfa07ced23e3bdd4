// Runs a study: asks for its decisions, gives their jobs to workers, and keeps what comes of them.
//
//   DIR/study.json        what was found so far (study_json.h): at the start, now and then, and at the end
//   DIR/decisions.jsonl   every decision, with what it was based on
//   DIR/trials/ID/        config.json, record.json, checkpoint.bin, log.txt of each run; with trials.jsonl as in a
//   sweep DIR/queue/            jobs between this process and the workers (job_queue.h) DIR/index.sqlite      for
//   queries; made anew from the above at every start DIR/clock.json        the seconds that were spent, for a budget of
//   seconds
//
// Any number of workers on any machines may come and go. A study that was interrupted or killed is gone on with by the
// same call: decisions are made again from the records, and are the same.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "study/engine.h"
#include "study/slurm_workers.h"
#include "sweep/summary.h"

namespace ampa::study {

struct StudyProgress {
  std::int64_t num_decisions = 0, num_trials = 0, num_waiting = 0, num_running = 0;
  double elapsed_seconds = 0;
};

struct StudyOptions {
  std::filesystem::path dir;
  int num_workers = 1;  // of this process; 0: others do the work
  int threads_per_worker = 1;
  std::optional<SlurmOptions> slurm;  // workers are tasks of a job array, and no processes of this one
  std::string program;                // the executable to run as `PROGRAM worker`, which runs it as `PROGRAM train`
  std::string isa;
  Json context = Json::object();
  const std::atomic<bool>* stop = nullptr;
  double grace_seconds = 15;  // after which workers that were asked to stop are killed
  std::function<void(const StudyProgress&)> on_progress;
  std::function<void(const RunResult&)> on_result;
  std::function<void(const std::string&)> on_notice;
};

struct StudyOutcome {
  Json summary;                                              // study.json
  std::int64_t num_run = 0, num_reused = 0, num_failed = 0;  // jobs
  bool interrupted = false;
};

// Locks DIR while it runs. Throws InputError before anything runs for a study that cannot, RunError if DIR cannot be
// written, or if workers end again and again. A job that fails three times is a failure; the study ends then, and the
// same call tries again.
StudyOutcome run_study(const StudySpec& spec, const StudyOptions& options);

}  // namespace ampa::study
