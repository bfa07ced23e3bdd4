#include "sweep/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include "common/error.h"

namespace ampa::sweep {

DirectoryLock::DirectoryLock(const std::filesystem::path& directory, double patience_seconds) {
  std::error_code code;
  std::filesystem::create_directories(directory, code);
  if (code) throw RunError(fmt::format("{}: cannot make the directory: {}", directory.string(), code.message()));
  file_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file_ < 0) throw RunError(fmt::format("{}: cannot open: {}", directory.string(), std::strerror(errno)));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_seconds);
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (error == EWOULDBLOCK && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    ::close(file_);
    if (error != EWOULDBLOCK)
      throw RunError(fmt::format("{}: cannot lock: {}", directory.string(), std::strerror(error)));
    throw InputError(
        fmt::format("{}: expected a directory that no other process writes to, found one locked by a running ampa",
                    directory.string()));
  }
}

DirectoryLock::~DirectoryLock() {
  ::close(file_);
}

}  // namespace ampa::sweep
