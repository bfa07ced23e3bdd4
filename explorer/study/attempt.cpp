#include "study/attempt.h"

#include <fmt/format.h>

#include <cstdint>
#include <system_error>
#include <vector>

#include "common/error.h"
#include "train/checkpoint.h"

namespace ampa::study {
namespace {

constexpr const char* kPrefix = "attempt.";
constexpr const char* kCheckpoint = "checkpoint.bin";
constexpr std::int64_t kNone = -1;

// Of the trial's own folder (first) and of its attempts.
std::vector<std::filesystem::path> folders_of(const std::filesystem::path& trial_folder) {
  std::vector<std::filesystem::path> folders = {trial_folder};
  std::error_code code;
  for (std::filesystem::directory_iterator entry(trial_folder, code), end; !code && entry != end; entry.increment(code))
    if (entry->path().filename().string().rfind(kPrefix, 0) == 0) folders.push_back(entry->path());
  return folders;
}

std::int64_t steps_of(const std::filesystem::path& checkpoint) {
  std::error_code code;
  if (!std::filesystem::exists(checkpoint, code)) return kNone;
  try {
    return train::read_checkpoint_state(checkpoint).next_step;
  } catch (const Error&) {
    return kNone;
  }
}

}  // namespace

Attempt::Attempt(const std::filesystem::path& trial_folder, const std::string& claim)
    : trial_folder_(trial_folder), folder_(trial_folder / (kPrefix + claim)) {
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) throw RunError(fmt::format("{}: cannot make the directory: {}", folder_.string(), code.message()));
  adopt_checkpoint();
}

// By a second name where the file system has one: trainers replace their checkpoints and never write into them.
void Attempt::adopt_checkpoint() {
  std::filesystem::path furthest;
  std::int64_t most = kNone;
  for (const std::filesystem::path& folder : folders_of(trial_folder_))
    if (const std::int64_t steps = steps_of(folder / kCheckpoint); steps > most)
      most = steps, furthest = folder / kCheckpoint;
  if (most == kNone) return;
  std::error_code code;
  std::filesystem::create_hard_link(furthest, folder_ / kCheckpoint, code);
  if (code) std::filesystem::copy_file(furthest, folder_ / kCheckpoint, code);
  has_checkpoint_ = !code;
}

void Attempt::start_over() {
  std::error_code code;
  std::filesystem::remove_all(folder_, code);
  for (const std::filesystem::path& folder : folders_of(trial_folder_))
    std::filesystem::remove(folder / kCheckpoint, code);
  std::filesystem::create_directories(folder_, code);
  has_checkpoint_ = false;
}

void Attempt::publish() {
  for (const char* name : {kCheckpoint, "log.txt", "record.json"}) {
    std::error_code code;
    if (name == kCheckpoint && !std::filesystem::exists(folder_ / name, code)) continue;  // it diverged at once
    std::filesystem::rename(folder_ / name, trial_folder_ / name, code);
    if (code) throw RunError(fmt::format("{}: cannot move: {}", (folder_ / name).string(), code.message()));
  }
  for (const std::filesystem::path& folder : folders_of(trial_folder_)) {
    std::error_code code;
    if (folder != trial_folder_) std::filesystem::remove_all(folder, code);
  }
}

void Attempt::remove() {
  std::error_code code;
  std::filesystem::remove_all(folder_, code);
}

}  // namespace ampa::study
