// A worker: it runs the jobs of a study, one after another, until the study is over.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace ampa::study {

struct WorkerOptions {
  std::filesystem::path dir;  // of the study
  std::string program, isa;   // as of sweep::TrainerOptions
  int threads = 1;
  double idle_seconds = 300;                // ends after so long without a job
  double renew_seconds = 5;                 // how often it gives a sign of life
  double grace_seconds = 10;                // after which a trainer that was asked to stop is killed
  const std::atomic<bool>* stop = nullptr;  // when true the job is given back and the worker ends
  std::function<void(const std::string&)> on_notice;
};

struct WorkerOutcome {
  std::int64_t num_jobs = 0, num_failed = 0, num_lost = 0;  // lost: taken away while they ran
  bool interrupted = false;
};

// An attempt at a trial trains in a folder of its own, DIR/trials/ID/attempt.CLAIM, from the furthest checkpoint that
// an earlier one left; checkpoint, record and log then move to DIR/trials/ID, each by a rename, if the claim is still
// the worker's. So a worker that was taken for dead can spoil nothing; and as trials repeat bit for bit, two that
// publish publish the same. Throws InputError if DIR is no study's folder.
WorkerOutcome run_worker(const WorkerOptions& options);

}  // namespace ampa::study
