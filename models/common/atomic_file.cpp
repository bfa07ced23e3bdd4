#include "common/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "common/error.h"

namespace ampa {
namespace {

[[noreturn]] void fail_write(const std::filesystem::path& path, std::string_view reason) {
  throw RunError(fmt::format("{}: cannot write: {}", path.string(), reason));
}

[[noreturn]] void fail_write(const std::filesystem::path& path, int error) {
  fail_write(path, std::strerror(error));
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) throw std::system_error(errno, std::generic_category());
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw InputError(fmt::format("{}: expected a file, found a directory", path.string()));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (file.bad()) throw InputError(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
  return bytes.str();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code code;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), code);
  if (code) fail_write(path, code.value());
  // The rename below would put a file in the place of a device.
  if (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code))
    fail_write(path, "not a regular file");
  const std::string temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) fail_write(path, errno);
  try {
    write_all(file, bytes);
  } catch (const std::system_error& error) {
    ::close(file);
    ::unlink(temporary.c_str());
    fail_write(path, error.code().value());
  }
  ::close(file);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail_write(path, error);
  }
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
