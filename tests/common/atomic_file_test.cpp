#include "common/atomic_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <ctime>
#include <string>
#include <vector>

#include "common/error.h"
#include "temporary_folder.h"

namespace ampa {
namespace {

std::size_t num_entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

// Limits the size of files for the life of the object, as a full disk would.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limited{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit old_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("what is written is read back, parent folders included") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "a" / "b" / "file.bin";
  std::string bytes(100000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  write_file_atomically(path, bytes);
  CHECK(read_file(path) == bytes);
  write_file_atomically(path, "");
  CHECK(read_file(path).empty());
  CHECK(num_entries(path.parent_path()) == 1);
}

TEST_CASE("a full disk leaves the old file and nothing half-written") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "record.json", fresh = folder.path() / "fresh.json";
  write_file_atomically(path, "old");
  {
    const FullDisk disk(1000);
    const std::string bytes(5000, 'x');
    CHECK_THROWS_AS(write_file_atomically(path, bytes), RunError);
    CHECK_THROWS_WITH(write_file_atomically(path, bytes), path.string() + ": cannot write: File too large");
    CHECK_THROWS_AS(write_file_atomically(fresh, bytes), RunError);
    CHECK_NOTHROW(write_file_atomically(folder.path() / "small", std::string(1000, 'y')));
  }
  CHECK(read_file(path) == "old");
  CHECK_FALSE(std::filesystem::exists(fresh));
  CHECK(num_entries(folder.path()) == 2);
}

TEST_CASE("a path that cannot be a file") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "folder" / "inside");
  CHECK_THROWS_AS(write_file_atomically(folder.path() / "folder", "x"), RunError);
  write_file_atomically(folder.path() / "file", "x");
  CHECK_THROWS_AS(write_file_atomically(folder.path() / "file" / "below", "x"), RunError);
  CHECK(num_entries(folder.path()) == 2);
}

TEST_CASE("a device is written to and not replaced by a file") {
  REQUIRE(std::filesystem::is_character_file("/dev/null"));
  const TemporaryFolder folder;
  const std::filesystem::path link = folder.path() / "null", full = folder.path() / "full";
  std::filesystem::create_symlink("/dev/null", link);
  std::filesystem::create_symlink("/dev/full", full);
  write_file_atomically(link, "x");
  write_file_atomically("/dev/null", "x");
  CHECK_THROWS_WITH(write_file_atomically(full, "x"), full.string() + ": cannot write: No space left on device");
  CHECK(std::filesystem::is_symlink(link));
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(num_entries(folder.path()) == 2);
}

TEST_CASE("a pipe is written to") {
  const TemporaryFolder folder;
  const std::filesystem::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  write_file_atomically(pipe, "through");
  char bytes[16];
  CHECK(std::string(bytes, static_cast<std::size_t>(::read(reader, bytes, sizeof bytes))) == "through");
  ::close(reader);
  CHECK(std::filesystem::is_fifo(pipe));
}

TEST_CASE("an own open file is written to at its position, by whatever name") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "out", link = folder.path() / "link";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0644);
  const std::string fd = "/dev/fd/" + std::to_string(file);
  std::filesystem::create_symlink(fd, link);
  REQUIRE(::write(file, "printed\n", 8) == 8);
  write_file_atomically(fd, "one\n");
  write_file_atomically("/proc/self/fd/" + std::to_string(file), "two\n");
  write_file_atomically(link, "three\n");
  REQUIRE(::write(file, "printed\n", 8) == 8);
  ::close(file);
  CHECK(read_file(path) == "printed\none\ntwo\nthree\nprinted\n");
  CHECK_THROWS_WITH(write_file_atomically(fd, "x"), fd + ": cannot write: Bad file descriptor");
}

TEST_CASE("the file behind links is replaced and the links stay") {
  const TemporaryFolder folder;
  const std::filesystem::path other = folder.path() / "other", link = folder.path() / "link",
                              second = folder.path() / "second", dangling = folder.path() / "dangling",
                              loop = folder.path() / "loop";
  write_file_atomically(other / "file", "old");
  std::filesystem::create_symlink("other/file", link);
  std::filesystem::create_symlink(link, second);
  write_file_atomically(second, "new");
  CHECK(std::filesystem::is_symlink(link));
  CHECK(std::filesystem::is_symlink(second));
  CHECK(read_file(other / "file") == "new");
  std::filesystem::create_symlink("other/fresh", dangling);
  write_file_atomically(dangling, "fresh");
  CHECK(read_file(other / "fresh") == "fresh");
  std::filesystem::create_symlink("loop", loop);
  CHECK_THROWS_WITH(write_file_atomically(loop, "x"),
                    loop.string() + ": cannot write: Too many levels of symbolic links");
  CHECK(num_entries(folder.path()) == 5);
  CHECK(num_entries(other) == 2);
}

TEST_CASE("temporary files of writers that are gone are removed, others stay") {
  const TemporaryFolder folder;
  const std::string seconds = std::to_string(std::time(nullptr)), old = std::to_string(std::time(nullptr) - 90000);
  // The name that a killed writer leaves, as it is.
  const pid_t killed = ::fork();
  if (killed == 0) {
    std::signal(SIGXFSZ, SIG_DFL);
    const rlimit limit{10, 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    write_file_atomically(folder.path() / "record.json", std::string(100, 'x'));
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(killed, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(num_entries(folder.path()) == 1);
  const auto touch = [&](const std::string& name) { write_file_atomically(folder.path() / name, "x"); };
  touch("a.elsewhere-1-" + old + "-0.tmp");
  const std::vector<std::string> kept = {"b.elsewhere-1-" + seconds + "-0.tmp", "record.json", "mine.tmp",
                                         "1-2-3.tmp.csv", "c.x-y-3-4.tmp"};
  for (const std::string& name : kept) touch(name);
  std::filesystem::create_symlink("record.json", folder.path() / ("l.elsewhere-1-" + old + "-0.tmp"));
  CHECK(remove_stale_temporaries(folder.path()) == 2);
  for (const std::string& name : kept) CHECK(std::filesystem::exists(folder.path() / name));
  CHECK(num_entries(folder.path()) == kept.size() + 1);
  CHECK(remove_stale_temporaries(folder.path()) == 0);
  CHECK(remove_stale_temporaries(folder.path() / "missing") == 0);
}

TEST_CASE("a process that ended and was not waited for is gone too") {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(temporary_name(folder.path() / "record.json").c_str(), O_WRONLY | O_CREAT, 0644);
    ::_exit(file < 0 ? 1 : 0);
  }
  REQUIRE(child > 0);
  siginfo_t ended;  // it stays a zombie, as one does for a while that lost its parent
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(num_entries(folder.path()) == 1);
  CHECK(remove_stale_temporaries(folder.path()) == 1);
  CHECK(num_entries(folder.path()) == 0);
  ::waitpid(child, nullptr, 0);
}

TEST_CASE("a long name has a temporary file too") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / std::string(255, 'n');
  write_file_atomically(path, "x");
  CHECK(read_file(path) == "x");
  CHECK(num_entries(folder.path()) == 1);
}

TEST_CASE("a file larger than wanted, or without an end, is refused") {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "file", std::string(1000, 'x'));
  CHECK(read_file(folder.path() / "file", 1000).size() == 1000);
  CHECK_THROWS_WITH(read_file(folder.path() / "file", 999),
                    (folder.path() / "file").string() + ": expected at most 999 bytes, found more");
  CHECK_THROWS_WITH(read_file("/dev/zero", 1000000), "/dev/zero: expected at most 1000000 bytes, found more");
}

TEST_CASE("a killed writer leaves the old file") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "record.json";
  write_file_atomically(path, "old");
  for (int round = 0; round < 5; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string bytes(4000000, 'n');
      while (true) write_file_atomically(path, bytes);
    }
    ::usleep(3000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string found = read_file(path);
    CHECK((found == "old" || found == std::string(4000000, 'n')));
  }
}

TEST_CASE("reading what is not there") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "missing").string();
  CHECK_THROWS_AS(read_file(path), InputError);
  CHECK_THROWS_WITH(read_file(path), path + ": cannot read: No such file or directory");
  CHECK_THROWS_WITH(read_file(folder.path()), folder.path().string() + ": expected a file, found a directory");
}

// The examples of FIPS 180-2, appendix B.
TEST_CASE("SHA-256 of the published examples") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace ampa
