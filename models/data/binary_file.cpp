#include "data/binary_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::data {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib's code for "a gzip header is required"
constexpr std::size_t kFirstRoom = std::size_t{1} << 20;

// Inflates one gzip member; `path` is for messages.
class Inflater {
 public:
  explicit Inflater(const std::filesystem::path& path) : path_(path) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw RunError(fmt::format("{}: zlib cannot start", path.string()));
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::vector<std::uint8_t> inflate_all(std::string& compressed) {
    stream_.next_in = reinterpret_cast<Bytef*>(compressed.data());
    stream_.avail_in = static_cast<uInt>(compressed.size());
    std::vector<std::uint8_t> bytes(kFirstRoom);
    std::size_t filled = 0;
    for (int status = Z_OK; status != Z_STREAM_END;) {
      if (filled == bytes.size()) bytes.resize(2 * bytes.size());
      const std::size_t room = std::min<std::size_t>(bytes.size() - filled, std::size_t{1} << 30);
      stream_.next_out = bytes.data() + filled;
      stream_.avail_out = static_cast<uInt>(room);
      status = ::inflate(&stream_, Z_NO_FLUSH);
      filled += room - stream_.avail_out;
      if (status != Z_OK && status != Z_STREAM_END) fail(status, filled);
    }
    bytes.resize(filled);
    return bytes;
  }

 private:
  [[noreturn]] void fail(int status, std::size_t filled) const {
    const char* what = status == Z_BUF_ERROR    ? "the file ends early"
                       : stream_.msg != nullptr ? stream_.msg
                                                : "bad data";
    throw InputError(fmt::format("{}: expected a whole gzip file, found an error after {} inflated bytes: {}",
                                 path_.string(), filled, what));
  }

  const std::filesystem::path& path_;
  z_stream stream_{};
};

}  // namespace

std::vector<std::uint8_t> read_binary(const std::filesystem::path& path) {
  std::string bytes = read_file(path);
  if (path.extension() == ".gz") return Inflater(path).inflate_all(bytes);
  return {bytes.begin(), bytes.end()};
}

}  // namespace ampa::data
