#include "common/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/process_identity.h"

namespace ampa {
namespace {

constexpr std::string_view kTemporary = ".tmp";
constexpr std::int64_t kDay = 24 * 60 * 60;

[[noreturn]] void fail_write(const std::filesystem::path& path, std::string_view reason) {
  throw RunError(fmt::format("{}: cannot write: {}", path.string(), reason));
}

[[noreturn]] void fail_write(const std::filesystem::path& path, int error) {
  fail_write(path, std::strerror(error));
}

[[noreturn]] void fail_system(int error) {
  throw std::system_error(error, std::generic_category());
}

// An open file; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return file_; }
  void close() {  // some file systems find only now that the disk is full
    const int file = std::exchange(file_, -1);
    if (::close(file) != 0 && errno != EINTR) fail_system(errno);
  }

 private:
  int file_;
};

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_system(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The number of an own open file that a path stands for by its name, or -1.
int own_descriptor(const std::string& path) {
  for (const std::string& folder : {std::string("/dev/fd/"), std::string("/proc/self/fd/"),
                                    std::string("/proc/thread-self/fd/"), fmt::format("/proc/{}/fd/", ::getpid())}) {
    int number = -1;
    if (path.compare(0, folder.size(), folder) != 0) continue;
    const auto [end, error] = std::from_chars(path.data() + folder.size(), path.data() + path.size(), number);
    if (error == std::errc() && end == path.data() + path.size()) return number;
  }
  return -1;
}

// Where a path leads through symbolic links; the last one need not exist. Stops at an own open file.
std::filesystem::path follow_links(std::filesystem::path path) {
  constexpr int kMostLinks = 40;  // as the kernel's
  for (int link = 0; link < kMostLinks; ++link) {
    std::error_code none;
    if (own_descriptor(path.string()) >= 0 || !std::filesystem::is_symlink(path, none)) return path;
    const std::filesystem::path target = std::filesystem::read_symlink(path);
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  fail_system(ELOOP);
}

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  std::string host;
  for (const char* c = name; *c != '\0' && host.size() < 48; ++c)
    host += std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '_';
  return host.empty() ? "host" : host;
}

// What temporary_name wrote into a name.
struct Writer {
  std::string host;
  std::int64_t process = 0, seconds = 0;
};

std::optional<Writer> writer_of(std::string_view name) {
  if (name.size() < kTemporary.size() || name.substr(name.size() - kTemporary.size()) != kTemporary)
    return std::nullopt;
  name.remove_suffix(kTemporary.size());
  name.remove_prefix(name.rfind('.') + 1);
  std::array<std::int64_t, 3> numbers{};  // the last first
  for (std::int64_t& number : numbers) {
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(name.data() + dash + 1, name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || number < 0) return std::nullopt;
    name.remove_suffix(name.size() - dash);
  }
  return Writer{std::string(name), numbers[2], numbers[1]};
}

bool is_gone(const Writer& writer) {
  if (std::time(nullptr) - writer.seconds > kDay) return true;
  return writer.host == host_name() && has_ended(writer.process);
}

void write_directly(const std::filesystem::path& path, std::string_view bytes) {
  const int own = own_descriptor(path.string());
  if (own == STDOUT_FILENO) std::fflush(stdout);  // what was printed before comes first
  Descriptor file(own >= 0 ? ::dup(own) : ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (file.get() < 0) fail_system(errno);
  write_all(file.get(), bytes);
  file.close();
}

// The entry itself, where the file system can: some have nothing to flush for a folder, or do not let it be opened.
void flush_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() >= 0 && ::fsync(opened.get()) != 0 && (errno == EIO || errno == ENOSPC)) fail_system(errno);
}

void replace(const std::filesystem::path& path, std::string_view bytes) {
  constexpr int kMode = 0644;
  const std::filesystem::path temporary = temporary_name(path);
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode));
  if (file.get() < 0) fail_system(errno);
  try {
    write_all(file.get(), bytes);
    if (::fsync(file.get()) != 0) fail_system(errno);
    file.close();
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_system(errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  flush_folder(path.parent_path());
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw InputError(fmt::format("{}: expected a file, found a directory", path.string()));
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  const auto fail = [&] { throw InputError(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno))); };
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) fail();
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::string bytes(S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) + 1 : kPiece, '\0');
  std::size_t filled = 0;
  while (true) {
    if (filled > max_bytes)
      throw InputError(fmt::format("{}: expected at most {} bytes, found more", path.string(), max_bytes));
    if (filled == bytes.size()) bytes.resize(2 * filled);
    const ssize_t found = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (found < 0 && errno == EINTR) continue;
    if (found < 0) fail();
    if (found == 0) break;
    filled += static_cast<std::size_t>(found);
  }
  bytes.resize(filled);
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  try {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    const std::filesystem::path target = follow_links(path);
    std::error_code none;
    const std::filesystem::file_status status = std::filesystem::status(target, none);
    if (std::filesystem::is_directory(status)) fail_system(EISDIR);
    const bool is_new = status.type() == std::filesystem::file_type::not_found;
    if (own_descriptor(target.string()) >= 0 || (!is_new && !std::filesystem::is_regular_file(status)))
      write_directly(target, bytes);
    else
      replace(target, bytes);
  } catch (const std::system_error& error) {
    fail_write(path, error.code().value());
  }
}

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  static std::atomic<std::uint64_t> count{0};
  std::string name = path.filename().string().substr(0, 140);
  return path.parent_path() /
         fmt::format("{}.{}-{}-{}-{}{}", name, host_name(), ::getpid(), std::time(nullptr), count++, kTemporary);
}

int remove_stale_temporaries(const std::filesystem::path& folder) {
  int removed = 0;
  std::error_code error;
  std::vector<std::filesystem::path> stale;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::optional<Writer> writer = writer_of(entry->path().filename().string());
    std::error_code none;
    if (writer && entry->symlink_status(none).type() == std::filesystem::file_type::regular && is_gone(*writer))
      stale.push_back(entry->path());
  }
  for (const std::filesystem::path& path : stale) removed += std::filesystem::remove(path, error) ? 1 : 0;
  return removed;
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) != 1)
    throw RunError("sha256: the digest could not be computed");
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace ampa
