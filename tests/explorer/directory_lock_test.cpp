#include "sweep/directory_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/error.h"
#include "scratch.h"

namespace ampa::sweep {

TEST_CASE("two live holders are refused, a dead one is not in the way") {
  const testing::Scratch scratch;
  const std::filesystem::path dir = scratch / "sweep";
  {
    const DirectoryLock lock(dir);
    CHECK_THROWS_AS(DirectoryLock(dir), InputError);
    CHECK_THROWS_WITH(DirectoryLock(dir),
                      Catch::Contains(dir.string() + ": expected a directory that no other process"));
  }
  CHECK_NOTHROW(DirectoryLock(dir));

  const pid_t child = ::fork();
  if (child == 0) {
    const DirectoryLock lock(dir);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  CHECK_NOTHROW(DirectoryLock(dir));
}

TEST_CASE("a lock leaves no file behind") {
  const testing::Scratch scratch;
  { const DirectoryLock lock(scratch / "sweep"); }
  CHECK(std::filesystem::is_empty(scratch / "sweep"));
}

TEST_CASE("a directory that cannot be made is named") {
  const testing::Scratch scratch;
  scratch.write("file", "x");
  CHECK_THROWS_WITH(DirectoryLock(scratch / "file" / "dir"), Catch::Contains("file/dir: cannot make the directory"));
}

}  // namespace ampa::sweep
