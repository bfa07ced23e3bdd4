#include "common/atomic_file.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

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

TEST_CASE("a device is not replaced by a file") {
  REQUIRE(std::filesystem::is_character_file("/dev/null"));
  const TemporaryFolder folder;
  const std::filesystem::path link = folder.path() / "null";
  std::filesystem::create_symlink("/dev/null", link);
  CHECK_THROWS_WITH(write_file_atomically(link, "x"), link.string() + ": cannot write: not a regular file");
  CHECK(std::filesystem::is_symlink(link));
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
