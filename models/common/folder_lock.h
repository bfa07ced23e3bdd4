// One live process at a time may write into a folder, on file systems without flock too.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace ampa {

// A file FOLDER/.ampa.lock that names its holder (host, boot, process and its start), made complete and exclusively,
// never through a symbolic link. A thread renews its time every few seconds. What a dead process left is taken over:
//   the same host and boot: the process is gone, or its number belongs to a later one;
//   the same host, another boot: at once;
//   another host or container: after kSilence without a sign of life, by the clock of the file system.
class FolderLock {
 public:
  static constexpr const char* kFileName = ".ampa.lock";
  static constexpr std::chrono::seconds kSilence{120};

  // Makes the folder if it is missing, which goes again with the lock if nothing was put into it. Waits up to `patience_seconds` for another holder to end; then throws InputError
  // that names it, as for a folder that is a file. Throws RunError if the folder cannot be made or written to.
  explicit FolderLock(const std::filesystem::path& folder, double patience_seconds = 0);
  ~FolderLock();  // removes the file, if it is still its own
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // True when another process took the lock over, since this one was silent for too long (its machine slept, say): it
  // must not write into the folder any more.
  bool is_lost() const { return lost_; }

  // Looks at the file and renews its time; the thread does this by itself.
  void renew();

 private:
  std::optional<bool> is_own() const;  // none if it cannot be read just now
  void beat();

  std::filesystem::path file_;
  bool made_folder_ = false;
  std::string content_;  // of the file, in this holder's name
  std::atomic<bool> lost_{false};
  std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::thread heart_;
};

// Whether a folder holds anything but a lock. False for one that is not there.
bool holds_files(const std::filesystem::path& folder);

}  // namespace ampa
