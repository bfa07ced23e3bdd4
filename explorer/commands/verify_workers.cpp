#include "commands/verify_workers.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>

#include "common/atomic_file.h"
#include "common/error.h"
#include "sweep/worker_process.h"

namespace ampa::commands {
namespace {

constexpr int kBadInput = 2;  // the exit code of an InputError

class WorkFolder {
 public:
  WorkFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "ampa-verify-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr)
      throw RunError(fmt::format("{}: cannot make a folder: {}", path, std::strerror(errno)));
    path_ = path;
  }
  ~WorkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string last_line(const std::filesystem::path& log) {
  std::string text = read_file(log);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t begin = text.rfind('\n');
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

// The worker's message without the name of the program, which main() adds again.
std::string without_prefix(const std::string& line) {
  const std::string prefix = "ampa: ";
  return line.rfind(prefix, 0) == 0 ? line.substr(prefix.size()) : line;
}

struct Worker {
  std::size_t target = 0;
  std::unique_ptr<sweep::WorkerProcess> process;
};

// Longest first would need to know them; points are listed from small to large, so the last are started first.
std::vector<std::size_t> start_order(std::size_t count) {
  std::vector<std::size_t> order;
  for (std::size_t i = count; i-- > 0;) order.push_back(i);
  return order;
}

}  // namespace

std::vector<Json> run_workers(const std::vector<VerifyTarget>& targets,
                              const std::function<std::vector<std::string>(const VerifyTarget&)>& arguments_of,
                              int processes, const std::function<void(std::size_t done)>& on_progress) {
  const WorkFolder folder;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto file = [&](std::size_t target, const char* suffix) { return folder / (std::to_string(target) + suffix); };
  std::vector<std::size_t> waiting = start_order(targets.size());
  std::vector<Worker> running;
  std::vector<Json> reports(targets.size());
  std::size_t done = 0, next = 0;
  while (done < targets.size()) {
    while (next < waiting.size() && running.size() < static_cast<std::size_t>(processes)) {
      const std::size_t target = waiting[next++];
      std::vector<std::string> command{program, "verify", targets[target].flag, targets[target].name};
      const std::vector<std::string> arguments = arguments_of(targets[target]);
      command.insert(command.end(), arguments.begin(), arguments.end());
      command.insert(command.end(), {"--worker-report", file(target, ".json").string()});
      running.push_back({target, std::make_unique<sweep::WorkerProcess>(command, file(target, ".log"))});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (Worker& worker : running) {
      const auto result = worker.process->poll();
      if (!result) continue;
      if (result->exit_code == kBadInput) throw InputError(without_prefix(last_line(file(worker.target, ".log"))));
      if (result->exit_code != 0 || result->signal != 0)
        throw RunError(fmt::format("verify: the process for {} ended with {}: {}", targets[worker.target].name,
                                   result->words(), last_line(file(worker.target, ".log"))));
      reports[worker.target] = read_json_file(file(worker.target, ".json"));
      worker.process.reset();
      ++done;
      if (on_progress) on_progress(done);
    }
    running.erase(std::remove_if(running.begin(), running.end(), [](const Worker& w) { return w.process == nullptr; }),
                  running.end());
  }
  return reports;
}

}  // namespace ampa::commands
