// The workers that a study starts on its own machine.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "study/worker_pool.h"
#include "sweep/worker_process.h"

namespace ampa::study {

class LocalWorkers : public WorkerPool {
 public:
  // What to run, once for each worker; what they print goes to FOLDER/N.log.
  LocalWorkers(std::vector<std::string> command, std::filesystem::path folder, int count);

  // Starts those that are not running, again if they ended. Throws RunError if one has ended five times.
  void keep_running(const Work& work, const Notice& notice) override;

  bool are_running() override;
  void terminate(bool is_over) override;
  void kill() override;
  void wait(std::chrono::milliseconds at_most) const override;

 private:
  struct Slot {
    std::unique_ptr<sweep::WorkerProcess> process;
    int num_ended = 0;
  };
  std::vector<std::string> command_;
  std::filesystem::path folder_;
  std::vector<Slot> slots_;
};

}  // namespace ampa::study
