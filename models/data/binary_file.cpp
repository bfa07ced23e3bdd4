#include "data/binary_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

#include "common/error.h"

namespace ampa::data {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib's code for "a gzip header is required"
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;

// A file read from its start, as it is.
class PlainFile {
 public:
  explicit PlainFile(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    std::error_code error;
    if (!file_ || !std::filesystem::is_regular_file(path, error))
      throw InputError(fmt::format("{}: cannot read the file", path.string()));
  }

  std::uint64_t size() const { return std::filesystem::file_size(path_); }

  // How many bytes were put to `out`; 0 at the end of the file.
  std::size_t read(std::uint8_t* out, std::size_t room) {
    file_.read(reinterpret_cast<char*>(out), static_cast<std::streamsize>(room));
    if (file_.bad()) throw InputError(fmt::format("{}: cannot read the file", path_.string()));
    return static_cast<std::size_t>(file_.gcount());
  }

 private:
  const std::filesystem::path& path_;
  std::ifstream file_;
};

// The bytes that a gzip file of one or more members stands for.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& path) : path_(path), file_(path) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw RunError(fmt::format("{}: zlib cannot start", path.string()));
  }
  ~GzipFile() { inflateEnd(&stream_); }
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  // How many bytes were put to `out`; 0 at the end of the last member, which is the end of the file.
  std::size_t read(std::uint8_t* out, std::size_t room) {
    stream_.next_out = out;
    stream_.avail_out = static_cast<uInt>(std::min(room, std::size_t{1} << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted && (status_ != Z_STREAM_END || begins_member())) {
      if (stream_.avail_in == 0) refill();
      status_ = ::inflate(&stream_, Z_NO_FLUSH);
      if (status_ != Z_OK && status_ != Z_STREAM_END) fail(num_inflated_ + wanted - stream_.avail_out);
    }
    num_inflated_ += wanted - stream_.avail_out;
    return wanted - stream_.avail_out;
  }

 private:
  void refill() {
    stream_.next_in = input_.data();
    stream_.avail_in = static_cast<uInt>(file_.read(input_.data(), input_.size()));
  }

  // Behind a member: whether another one follows. Anything else that does is refused.
  bool begins_member() {
    if (stream_.avail_in == 0) refill();
    if (stream_.avail_in == 0) return false;
    constexpr std::uint8_t kFirstByte = 0x1f;
    if (*stream_.next_in != kFirstByte)
      throw InputError(
          fmt::format("{}: expected the end of the file behind its last gzip member, found further bytes{}",
                      path_.string(), *stream_.next_in == 0 ? " (zeros: padding is not taken either)" : ""));
    inflateReset(&stream_);
    return true;
  }

  [[noreturn]] void fail(std::uint64_t num_inflated) const {
    const char* what = status_ == Z_BUF_ERROR   ? "the file ends early"
                       : stream_.msg != nullptr ? stream_.msg
                                                : "bad data";
    throw InputError(fmt::format("{}: expected a whole gzip file, found an error after {} inflated bytes: {}",
                                 path_.string(), num_inflated, what));
  }

  const std::filesystem::path& path_;
  PlainFile file_;
  std::array<std::uint8_t, 1 << 16> input_{};
  z_stream stream_{};
  int status_ = Z_OK;
  std::uint64_t num_inflated_ = 0;
};

// Up to `most` bytes; the room for them grows with what is found.
template <typename File>
std::vector<std::uint8_t> take(File& file, std::uint64_t most) {
  constexpr std::size_t kFirstRoom = std::size_t{1} << 20;
  std::vector<std::uint8_t> bytes;
  std::size_t filled = 0;
  while (filled < most) {
    if (filled == bytes.size())
      bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(std::max(2 * filled, kFirstRoom), most)));
    const std::size_t found = file.read(bytes.data() + filled, bytes.size() - filled);
    if (found == 0) break;
    filled += found;
  }
  bytes.resize(filled);
  return bytes;
}

bool is_gzip(const std::filesystem::path& path) {
  return path.extension() == ".gz";
}

}  // namespace

std::vector<std::uint8_t> read_head(const std::filesystem::path& path, std::uint64_t num_bytes) {
  if (is_gzip(path)) {
    GzipFile file(path);
    return take(file, num_bytes);
  }
  PlainFile file(path);
  return take(file, num_bytes);
}

FileStart read_start(const std::filesystem::path& path, std::uint64_t kept_bytes, std::uint64_t max_size) {
  FileStart start;
  if (!is_gzip(path)) {
    PlainFile file(path);
    start.bytes = take(file, kept_bytes);
    start.size = file.size();
    return start;
  }
  GzipFile file(path);
  start.bytes = take(file, kept_bytes);
  start.size = start.bytes.size();
  std::vector<std::uint8_t> dropped(std::size_t{1} << 18);
  while (start.size <= max_size) {
    const std::size_t found = file.read(dropped.data(), dropped.size());
    if (found == 0) break;
    start.size += found;
  }
  return start;
}

std::vector<std::uint8_t> read_binary(const std::filesystem::path& path) {
  FileStart start = read_start(path, kMostBytes, kMostBytes);
  if (start.size > kMostBytes)
    throw InputError(fmt::format("{}: expected at most {} bytes, found more", path.string(), kMostBytes));
  return std::move(start.bytes);
}

}  // namespace ampa::data
