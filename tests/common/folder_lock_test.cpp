#include "common/folder_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/process_identity.h"
#include "temporary_folder.h"

namespace ampa {
namespace {

using Catch::Contains;

// The lock file that a process would have left, `age` seconds after its last sign of life.
void leave_lock(const std::filesystem::path& folder, const ProcessIdentity& holder, std::int64_t age = 0) {
  std::filesystem::create_directories(folder);
  const std::filesystem::path file = folder / FolderLock::kFileName;
  std::ofstream(file) << Json({{"holder", to_json(holder)}, {"count", 1}}).dump() << "\n";
  const timespec time = {::time(nullptr) - age, 0}, times[2] = {time, time};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("a folder that a lock made goes with it, unless something was put into it") {
  const TemporaryFolder scratch;
  const std::filesystem::path empty = scratch.path() / "empty", used = scratch.path() / "used",
                              old = scratch.path() / "old";
  std::filesystem::create_directory(old);
  {
    const FolderLock a(empty), b(used), c(old);
    std::ofstream(used / "file") << "x";
  }
  CHECK_FALSE(std::filesystem::exists(empty));
  CHECK(std::filesystem::exists(used / "file"));
  CHECK(std::filesystem::exists(old));
}

TEST_CASE("two live holders are refused by name, a dead one is not in the way") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  {
    const FolderLock lock(folder);
    CHECK_THROWS_AS(FolderLock(folder), InputError);
    CHECK_THROWS_WITH(FolderLock(folder), Contains(folder.string() + ": expected a directory that no other process") &&
                                              Contains("locked by process " + std::to_string(::getpid()) + " on ") &&
                                              Contains((folder / FolderLock::kFileName).string()));
  }
  CHECK_NOTHROW(FolderLock(folder));

  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder);
    ::kill(::getpid(), SIGKILL);
  }
  siginfo_t ended;  // it stays a zombie, as it does where no process asks for it
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(std::filesystem::exists(folder / FolderLock::kFileName));
  CHECK_NOTHROW(FolderLock(folder));
  ::waitpid(child, nullptr, 0);
}

TEST_CASE("a lock leaves no file behind") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  {
    const FolderLock lock(folder);
    CHECK_FALSE(std::filesystem::is_empty(folder));
    CHECK_FALSE(holds_files(folder));
  }
  CHECK_FALSE(std::filesystem::exists(folder));  // made by the lock, left empty
}

TEST_CASE("a lock is stale by its process, its boot or its silence") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  ProcessIdentity holder = own_identity();
  holder.process = ::getppid();
  SECTION("a number that a later process has got") {
    holder.start += 1;
    leave_lock(folder, holder);
    CHECK_NOTHROW(FolderLock(folder));
  }
  SECTION("another boot of this host") {
    holder.boot = "another";
    leave_lock(folder, holder);
    CHECK_NOTHROW(FolderLock(folder));
  }
  SECTION("another host that shows life") {
    holder.host = "elsewhere 1234";
    leave_lock(folder, holder, FolderLock::kSilence.count() - 30);
    CHECK_THROWS_WITH(FolderLock(folder), Contains("locked by process") && Contains(" on elsewhere ("));
  }
  SECTION("another host that is silent") {
    holder.host = "elsewhere";
    leave_lock(folder, holder, FolderLock::kSilence.count() + 30);
    CHECK_NOTHROW(FolderLock(folder));
  }
  SECTION("another container of this host that shows life") {
    holder.pid_namespace = "pid:[1]";
    leave_lock(folder, holder);
    CHECK_THROWS_AS(FolderLock(folder), InputError);
  }
}

TEST_CASE("a lock that was damaged holds as long as it is young") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  leave_lock(folder, own_identity());
  std::filesystem::resize_file(folder / FolderLock::kFileName, 20);
  CHECK_THROWS_WITH(FolderLock(folder), Contains("locked by a process that it does not name"));
}

TEST_CASE("a lock is never followed elsewhere") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep", victim = scratch.path() / "victim";
  std::filesystem::create_directories(folder);
  std::ofstream(victim) << "mine";
  std::filesystem::create_symlink(victim, folder / FolderLock::kFileName);
  CHECK_THROWS_WITH(FolderLock(folder), Contains("cannot lock"));
  CHECK(read_file(victim) == "mine");
}

TEST_CASE("a holder notices that its lock was taken over, and leaves the new one alone") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  ProcessIdentity other = own_identity();
  other.host = "elsewhere";
  {
    FolderLock lock(folder);
    lock.renew();
    CHECK_FALSE(lock.is_lost());
    leave_lock(folder, other);
    lock.renew();
    CHECK(lock.is_lost());
  }
  CHECK_THAT(read_file(folder / FolderLock::kFileName), Contains("elsewhere"));
}

TEST_CASE("of many processes at a stale lock one gets it") {
  const TemporaryFolder scratch;
  const std::filesystem::path folder = scratch.path() / "sweep";
  ProcessIdentity dead = own_identity();
  dead.boot = "another";
  for (int round = 0; round < 10; ++round) {
    leave_lock(folder, dead);
    if (round % 2 == 1)  // it died while it took the place of another one
      std::filesystem::copy_file(folder / FolderLock::kFileName, folder / (FolderLock::kFileName + std::string(".break")));
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      children.push_back(::fork());
      if (children.back() != 0) continue;
      int code = 1;
      try {
        const FolderLock lock(folder);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        code = lock.is_lost() ? 2 : 0;
      } catch (const InputError&) {
      }
      ::_exit(code);
    }
    int winners = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      winners += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    CHECK(winners == 1);
    CHECK(std::filesystem::is_empty(folder));
  }
}

TEST_CASE("a folder that cannot be made is named") {
  const TemporaryFolder scratch;
  std::ofstream(scratch.path() / "file") << "x";
  CHECK_THROWS_WITH(FolderLock(scratch.path() / "file" / "dir"), Contains("file/dir: cannot make the directory"));
}

}  // namespace ampa
