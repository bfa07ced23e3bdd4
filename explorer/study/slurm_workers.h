// Workers in a job array of Slurm: each of its tasks is one `ampa worker DIR`, which claims jobs of the study one after
// another. What Slurm does is left to it: where and when a task runs, its limits, preemption, requeue.
//
//   DIR/queue/pilot.sh        the batch script; `sbatch --array=1-N DIR/queue/pilot.sh` by hand adds workers too
//   DIR/queue/logs/A_a.log    what task a of array A printed
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/worker_pool.h"

namespace ampa::study {

struct SlurmOptions {
  std::string sbatch;  // options as sbatch takes them, in one line: "--partition=low --time=60"
};

// The batch script of a pilot: the program and its arguments, in `threads` processors, and the options of the user.
std::string pilot_script(const std::vector<std::string>& command, int threads, const SlurmOptions& options);

// The tasks of a study in Slurm have a job name of its folder: "ampa-study-0123456789ab".
std::string slurm_job_name(const std::filesystem::path& dir);

class SlurmWorkers : public WorkerPool {
 public:
  // `command`: of a worker; `dir`: of the study; `count`: at most so many at a time. Throws InputError if this machine
  // has no Slurm.
  SlurmWorkers(const std::vector<std::string>& command, std::filesystem::path dir, int count, int threads,
               const SlurmOptions& options);

  // Submits an array of as many as there are jobs and fewer than `count`; those of an earlier call that are still
  // queued or running count. Throws RunError if Slurm refuses five times, or five arrays have ended without doing
  // anything.
  void keep_running(const Work& work, const Notice& notice) override;

  bool are_running() override;
  void terminate(bool is_over) override;
  void kill() override;
  void wait(std::chrono::milliseconds at_most) const override;

 private:
  struct Answer {
    int exit_code = 0;
    std::string text;  // of both streams
  };
  Answer ask(std::vector<std::string> command) const;
  int count_tasks(const Notice& notice);  // queued or running; as last known if Slurm does not answer
  void submit(int count, const Notice& notice);
  void failed(const std::string& words, const Notice& notice);

  std::filesystem::path dir_, script_;
  std::string name_, array_;  // of the jobs; id of the last array
  int count_, num_tasks_ = 0, num_failures_ = 0, num_idle_arrays_ = 0;
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace ampa::study
