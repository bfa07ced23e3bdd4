// The trainer of one trial: `PROGRAM train` as a child process, what it says and how far it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "sweep/worker_process.h"

namespace ampa::sweep {

struct TrainerOptions {
  std::string program;  // the executable to run as `PROGRAM train`
  std::string isa;      // empty: its own choice
  int threads = 1;
  std::optional<std::int64_t> until_epoch;  // pauses there
  std::optional<double> stop_below_rr;      // pauses once RR cannot reach this
};

class TrialProcess {
 public:
  // Starts it: of the configuration in a file, into `folder`, going on from a checkpoint there; what it prints goes to
  // log.txt there. Throws RunError.
  TrialProcess(const TrainerOptions& options, const std::filesystem::path& config, const std::filesystem::path& folder);

  std::optional<WorkerResult> poll() { return process_.poll(); }  // none while it runs
  void terminate() { process_.terminate(); }
  void kill() { process_.kill(); }
  const WorkerProcess& process() const { return process_; }

  std::int64_t last_epoch() const;  // that it has said to be finished; 0: none
  std::string last_error() const;   // that it has said; empty: none

  // Whether it ended because it refuses what it was given, such as a checkpoint.
  static bool refused_input(const WorkerResult& result);

 private:
  std::filesystem::path log_;
  WorkerProcess process_;
};

}  // namespace ampa::sweep
