#include "study/local_workers.h"

#include <fmt/format.h>

#include <thread>

#include "common/error.h"
#include "sweep/trial_log.h"

namespace ampa::study {
namespace {

constexpr int kMaxEnds = 5;

}  // namespace

LocalWorkers::LocalWorkers(std::vector<std::string> command, std::filesystem::path folder, int count)
    : command_(std::move(command)), folder_(std::move(folder)), slots_(static_cast<std::size_t>(count)) {
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) throw RunError(fmt::format("{}: cannot make the directory: {}", folder_.string(), code.message()));
}

void LocalWorkers::keep_running(const Work& /*work*/, const Notice& notice) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    const std::filesystem::path log = folder_ / fmt::format("{}.log", i + 1);
    if (slot.process) {
      const auto ended = slot.process->poll();
      if (!ended) continue;
      const std::string said = sweep::last_error(log);
      const std::string words = said.empty() ? ended->words() : fmt::format("{}: {}", ended->words(), said);
      if (++slot.num_ended >= kMaxEnds)
        throw RunError(fmt::format("worker {}: ended {} times, the last time with {}", i + 1, slot.num_ended, words));
      notice(fmt::format("worker {}: {}; it is started again", i + 1, words));
    }
    slot.process = std::make_unique<sweep::WorkerProcess>(command_, log);
  }
}

bool LocalWorkers::are_running() {
  bool any = false;
  for (Slot& slot : slots_) any = (slot.process && !slot.process->poll()) || any;
  return any;
}

void LocalWorkers::terminate(bool /*is_over*/) {
  for (Slot& slot : slots_)
    if (slot.process) slot.process->terminate();
}

void LocalWorkers::kill() {
  for (Slot& slot : slots_)
    if (slot.process) slot.process->kill();
}

void LocalWorkers::wait(std::chrono::milliseconds at_most) const {
  std::vector<const sweep::WorkerProcess*> processes;
  for (const Slot& slot : slots_)
    if (slot.process) processes.push_back(slot.process.get());
  if (processes.empty())
    std::this_thread::sleep_for(at_most);
  else
    sweep::WorkerProcess::wait_for_any(processes, at_most);
}

}  // namespace ampa::study
