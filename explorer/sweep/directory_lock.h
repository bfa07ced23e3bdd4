// One live process at a time may write into a directory.
#pragma once

#include <filesystem>

namespace ampa::sweep {

// Held for the life of the object. The system drops it when the process ends, however it ends, so nothing stale is
// left.
class DirectoryLock {
 public:
  // Creates the directory if it is missing. Waits up to `patience_seconds` for another holder to end; then throws
  // InputError. Throws RunError if the directory cannot be made or opened.
  explicit DirectoryLock(const std::filesystem::path& directory, double patience_seconds = 0);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace ampa::sweep
