// A child process that runs one trial.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ampa::sweep {

struct WorkerResult {
  int exit_code = 0;          // of a process that ended by itself
  int signal = 0;             // that ended it, or 0
  std::string words() const;  // "exit code 1", "signal 9 (Killed)"
};

// Started at once; killed by the system if this process dies, so that no orphan writes into a trial's directory.
class WorkerProcess {
 public:
  // Output and errors go to the file `log`, which is emptied first. Throws RunError if the process cannot be started.
  WorkerProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~WorkerProcess();  // kills what still runs
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  std::optional<WorkerResult> poll();  // none while it runs
  void terminate();                    // asks it to stop, a stopped one too
  void kill();                         // ends it at once

  // Returns when one of the processes has ended, a signal has come or the time is over.
  static void wait_for_any(const std::vector<const WorkerProcess*>& processes, std::chrono::milliseconds at_most);

 private:
  pid_t process_ = -1;
  int descriptor_ = -1;  // of the process, to wait for; -1 where the system has none
  std::optional<WorkerResult> result_;
};

}  // namespace ampa::sweep
