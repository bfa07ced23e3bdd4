// The workers that a study asks for: of this machine (local_workers.h) or of a cluster (slurm_workers.h).
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace ampa::study {

class WorkerPool {
 public:
  using Notice = std::function<void(const std::string&)>;

  struct Work {
    int num_jobs = 0;          // that have no result yet
    bool is_going_on = false;  // whether a worker has one of them, or has ended one since this was last asked
  };

  virtual ~WorkerPool() = default;

  // Starts workers that are missing. Throws RunError if they end again and again.
  virtual void keep_running(const Work& work, const Notice& notice) = 0;

  virtual bool are_running() = 0;  // any of them

  // Asks all to end. `is_over`: the study is, which they see by themselves when they look for a job.
  virtual void terminate(bool is_over) = 0;
  virtual void kill() = 0;

  // Returns when one has ended, as far as this process sees it, or the time is over.
  virtual void wait(std::chrono::milliseconds at_most) const = 0;
};

}  // namespace ampa::study
