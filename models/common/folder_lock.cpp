#include "common/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/process_identity.h"

namespace ampa {
namespace {

constexpr std::chrono::seconds kHeartbeat{10};
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kReplacing{5};  // more than a live process needs to replace what a dead one left
constexpr std::size_t kMaxContent = 4096;

struct Found {
  std::string content;
  std::int64_t seconds = 0;  // of its last sign of life, by the clock of the file system
};

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
  throw RunError(fmt::format("{}: cannot lock: {}", file.string(), std::strerror(error)));
}

// None if there is no such file.
std::optional<Found> look_at(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return std::nullopt;
  if (file < 0) fail(path, errno);
  struct stat status = {};
  Found found;
  found.content.resize(kMaxContent);
  const ssize_t size = ::read(file, found.content.data(), found.content.size());
  const int error = size < 0 || ::fstat(file, &status) != 0 ? errno : 0;
  ::close(file);
  if (error != 0) fail(path, error);
  found.content.resize(static_cast<std::size_t>(size));
  found.seconds = status.st_mtime;
  return found;
}

std::optional<ProcessIdentity> holder_of(const Found& found) {
  try {
    return identity_from_json(parse_json(found.content, "lock").at("holder"), "lock");
  } catch (const Error&) {
  } catch (const Json::exception&) {
  }
  return std::nullopt;
}

bool is_stale(const Found& found, std::int64_t now) {
  const std::optional<ProcessIdentity> holder = holder_of(found);
  const Life life = holder ? life_of(*holder) : Life::kUnknown;
  if (life != Life::kUnknown) return life == Life::kDead;
  return now - found.seconds > FolderLock::kSilence.count();
}

// A file of a name that no other process uses, whole before anyone can take it for a lock.
class PrivateFile {
 public:
  PrivateFile(const std::filesystem::path& lock, const std::string& content) : path_(temporary_name(lock)) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0) fail(lock, errno);
    struct stat status = {};
    const ssize_t written = ::write(file, content.data(), content.size());
    int error = written == static_cast<ssize_t>(content.size()) ? 0 : written < 0 ? errno : ENOSPC;
    if (error == 0 && (::fsync(file) != 0 || ::fstat(file, &status) != 0)) error = errno;
    ::close(file);
    if (error != 0) {
      ::unlink(path_.c_str());
      fail(lock, error);
    }
    seconds_ = status.st_mtime;
  }
  ~PrivateFile() { ::unlink(path_.c_str()); }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t seconds() const { return seconds_; }  // when it was made, by the clock of the file system

 private:
  std::string path_;
  std::int64_t seconds_ = 0;
};

// Gives the lock's name to what `own` holds. False if the name is taken.
bool take(const PrivateFile& own, const std::filesystem::path& lock, const std::string& content) {
  if (::link(own.path().c_str(), lock.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  struct stat status = {};  // over NFS a link that was made may be reported as one that was not
  if (::stat(own.path().c_str(), &status) == 0 && status.st_nlink == 2) return true;
  const int file = ::open(lock.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);  // without links
  if (file < 0 && errno == EEXIST) return false;
  if (file < 0) fail(lock, errno);
  const bool written = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  ::close(file);
  if (written) return true;
  ::unlink(lock.c_str());
  fail(lock, ENOSPC);
}

// One try for a name that is free or was left by a dead process. Of those who see the same dead process one replaces its
// file: the one who holds the name beside it, and still finds it there.
bool try_to_take(const PrivateFile& own, const std::filesystem::path& lock, const std::string& content) {
  if (take(own, lock, content)) return true;
  const auto is_left_behind = [&] {
    const std::optional<Found> found = look_at(lock);
    return found && is_stale(*found, own.seconds());
  };
  if (!is_left_behind()) return false;
  const std::filesystem::path breaking = lock.string() + ".break";
  if (!try_to_take(own, breaking, content)) return false;
  const bool taken = is_left_behind() && ::rename(own.path().c_str(), lock.c_str()) == 0;
  ::unlink(breaking.c_str());
  return taken;
}

std::string holder_words(const Found& found) {
  const std::optional<ProcessIdentity> holder = holder_of(found);
  return holder ? words(*holder) : "a process that it does not name";
}

std::string own_content() {
  static std::atomic<std::int64_t> count{0};  // two locks of one process differ
  return Json({{"holder", to_json(own_identity())}, {"count", ++count}}).dump() + "\n";
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder, double patience_seconds)
    : file_(folder / kFileName), content_(own_content()) {
  std::error_code code;
  if (std::filesystem::exists(folder, code) && !std::filesystem::is_directory(folder, code))
    throw InputError(fmt::format("{}: expected a directory, found a file", folder.string()));
  made_folder_ = std::filesystem::create_directories(folder, code);
  if (code) throw RunError(fmt::format("{}: cannot make the directory: {}", folder.string(), code.message()));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience_seconds);
  const PrivateFile own(file_, content_);
  while (!try_to_take(own, file_, content_)) {
    const std::optional<Found> found = look_at(file_);
    if (!found) continue;
    const bool is_being_replaced = is_stale(*found, own.seconds());
    if (std::chrono::steady_clock::now() >= (is_being_replaced ? deadline + kReplacing : deadline))
      throw InputError(
          fmt::format("{}: expected a directory that no other process writes to, found one locked by {} ({})",
                      folder.string(), holder_words(*found), file_.string()));
    std::this_thread::sleep_for(kLook);
  }
  sigset_t all, before;  // signals are for the threads that wait for them
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    heart_ = std::thread([this] { beat(); });
  } catch (const std::system_error& error) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::unlink(file_.c_str());
    throw RunError(fmt::format("{}: cannot start a thread: {}", file_.string(), error.what()));
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

FolderLock::~FolderLock() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    end_ = true;
  }
  ending_.notify_all();
  heart_.join();
  if (is_own().value_or(false)) ::unlink(file_.c_str());
  if (made_folder_) ::rmdir(file_.parent_path().c_str());  // fails if it holds anything, as it should
}

std::optional<bool> FolderLock::is_own() const {
  try {
    const std::optional<Found> found = look_at(file_);
    return found && found->content == content_;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void FolderLock::renew() {
  const std::optional<bool> own = is_own();
  if (own && !*own) lost_ = true;
  if (own.value_or(false)) ::utimensat(AT_FDCWD, file_.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

void FolderLock::beat() {
  std::unique_lock<std::mutex> guard(mutex_);
  while (!ending_.wait_for(guard, kHeartbeat, [this] { return end_; })) renew();
}

bool holds_files(const std::filesystem::path& folder) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code))
    if (entry.path().filename().string().rfind(FolderLock::kFileName, 0) != 0) return true;
  return false;
}

}  // namespace ampa
