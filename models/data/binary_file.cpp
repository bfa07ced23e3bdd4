#include "data/binary_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <string>

#include "common/error.h"

namespace ampa::data {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib's code for "a gzip header is required"
constexpr std::uint64_t kFirstRoom = std::uint64_t{1} << 20;

std::ifstream open_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored))
    throw InputError(fmt::format("{}: cannot read the file", path.string()));
  return file;
}

// Inflates one gzip member; `path` is for messages.
class Inflater {
 public:
  explicit Inflater(const std::filesystem::path& path) : path_(path), file_(open_file(path)) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw RunError(fmt::format("{}: zlib cannot start", path.string()));
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  FileStart inflate_start(std::uint64_t max_bytes) {
    FileStart start;
    std::uint64_t filled = 0;
    int status = Z_OK;
    while (status != Z_STREAM_END && filled <= max_bytes) {  // one byte more shows whether the file goes on
      if (filled == start.bytes.size())
        start.bytes.resize(static_cast<std::size_t>(std::min(std::max(2 * filled, kFirstRoom), max_bytes + 1)));
      if (stream_.avail_in == 0) refill();
      const std::uint64_t room = std::min(start.bytes.size() - filled, std::uint64_t{1} << 30);
      stream_.next_out = start.bytes.data() + filled;
      stream_.avail_out = static_cast<uInt>(room);
      status = ::inflate(&stream_, Z_NO_FLUSH);
      filled += room - stream_.avail_out;
      if (status != Z_OK && status != Z_STREAM_END) fail(status, filled);
    }
    start.size = status == Z_STREAM_END ? filled : size_at_end();
    start.bytes.resize(static_cast<std::size_t>(std::min(filled, max_bytes)));
    return start;
  }

 private:
  void refill() {
    file_.read(input_.data(), static_cast<std::streamsize>(input_.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(file_.gcount());
  }

  // The last four bytes of a gzip file, the lowest first.
  std::uint64_t size_at_end() {
    std::array<unsigned char, 4> b{};
    file_.clear();
    file_.seekg(-4, std::ios::end);
    file_.read(reinterpret_cast<char*>(b.data()), 4);
    return b[0] | std::uint64_t{b[1]} << 8 | std::uint64_t{b[2]} << 16 | std::uint64_t{b[3]} << 24;
  }

  [[noreturn]] void fail(int status, std::size_t filled) const {
    const char* what = status == Z_BUF_ERROR    ? "the file ends early"
                       : stream_.msg != nullptr ? stream_.msg
                                                : "bad data";
    throw InputError(fmt::format("{}: expected a whole gzip file, found an error after {} inflated bytes: {}",
                                 path_.string(), filled, what));
  }

  const std::filesystem::path& path_;
  std::ifstream file_;
  std::array<char, 1 << 16> input_{};
  z_stream stream_{};
};

}  // namespace

FileStart read_start(const std::filesystem::path& path, std::uint64_t max_bytes) {
  if (path.extension() == ".gz") return Inflater(path).inflate_start(max_bytes);
  std::ifstream file = open_file(path);
  FileStart start;
  start.size = std::filesystem::file_size(path);
  start.bytes.resize(static_cast<std::size_t>(std::min(start.size, max_bytes)));
  file.read(reinterpret_cast<char*>(start.bytes.data()), static_cast<std::streamsize>(start.bytes.size()));
  start.bytes.resize(static_cast<std::size_t>(file.gcount()));
  return start;
}

std::vector<std::uint8_t> read_binary(const std::filesystem::path& path) {
  return read_start(path, std::numeric_limits<std::uint64_t>::max() - 1).bytes;
}

}  // namespace ampa::data
