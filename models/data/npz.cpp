#include "data/npz.h"

#include <fmt/format.h>
#include <zlib.h>

#include <string_view>

#include "common/error.h"
#include "data/binary_file.h"

namespace ampa::data {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kEntry = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalBytes = 30, kEntryBytes = 46, kEndBytes = 22;
constexpr std::uint32_t kIn64Bits = 0xFFFFFFFFu;  // sizes of 4 GiB and more stand elsewhere

class Archive {
 public:
  explicit Archive(const std::filesystem::path& path) : path_(path), bytes_(read_binary(path)) {}

  std::map<std::string, std::string> members() const {
    const std::size_t end = find_end();
    std::map<std::string, std::string> members;
    std::size_t at = u32(end + 16);
    for (std::uint32_t i = 0; i < u16(end + 10); ++i) {
      if (u32(at) != kEntry) fail(at, "an entry of the archive's directory", "something else");
      const std::size_t name_bytes = u16(at + 28);
      std::string name = text(at + kEntryBytes, name_bytes);
      std::string content = member(at, name);
      constexpr std::string_view kSuffix = ".npy";
      if (name.size() > kSuffix.size() && name.substr(name.size() - kSuffix.size()) == kSuffix)
        name.resize(name.size() - kSuffix.size());
      members[name] = std::move(content);
      at += kEntryBytes + name_bytes + u16(at + 30) + u16(at + 32);
    }
    return members;
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& expected, const std::string& found) const {
    throw InputError(fmt::format("{}: offset {}: expected {}, found {}", path_.string(), offset, expected, found));
  }

  void need(std::size_t at, std::size_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at)
      fail(bytes_.size(), "a whole .npz archive", "the end of the file");
  }
  std::uint32_t u16(std::size_t at) const { return need(at, 2), bytes_[at] | bytes_[at + 1] << 8; }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }
  std::string text(std::size_t at, std::size_t count) const {
    need(at, count);
    return {reinterpret_cast<const char*>(bytes_.data()) + at, count};
  }

  // The record at the end of the archive, behind which there may be a comment.
  std::size_t find_end() const {
    for (std::size_t back = kEndBytes; back <= bytes_.size() && back <= kEndBytes + 0xFFFF; ++back)
      if (u32(bytes_.size() - back) == kEnd) return bytes_.size() - back;
    fail(bytes_.size(), "a ZIP archive's directory at the end", "none");
  }

  std::string member(std::size_t entry, const std::string& name) const {
    const std::uint32_t method = u16(entry + 10), packed = u32(entry + 20), size = u32(entry + 24);
    const std::size_t local = u32(entry + 42);
    if (packed == kIn64Bits || size == kIn64Bits || local == kIn64Bits)
      fail(entry, fmt::format("{}: less than 4 GiB", name), "more");
    if (u32(local) != kLocal) fail(local, fmt::format("the header of {}", name), "something else");
    const std::size_t begin = local + kLocalBytes + u16(local + 26) + u16(local + 28);
    need(begin, packed);
    std::string content;
    if (method == 0 && packed == size)
      content = text(begin, packed);
    else if (method == 8)
      content = inflated(begin, packed, size, name);
    else
      fail(entry, fmt::format("{}: stored or deflated", name), fmt::format("method {}", method));
    const std::uint32_t sum =
        static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
    if (sum != u32(entry + 16)) fail(begin, fmt::format("{}: content of its checksum", name), "another");
    return content;
  }

  std::string inflated(std::size_t begin, std::uint32_t packed, std::uint32_t size, const std::string& name) const {
    // One byte of a deflated stream stands for at most 1032.
    if (size / 1040 > packed)
      fail(begin, fmt::format("{}: at most {} bytes", name, packed * 1040ull), fmt::format("{}", size));
    std::string content(size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw RunError(path_.string() + ": zlib cannot start");
    stream.next_in = const_cast<Bytef*>(bytes_.data() + begin);
    stream.avail_in = packed;
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = size;
    const int status = ::inflate(&stream, Z_FINISH);
    const bool whole = status == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    if (!whole) fail(begin, fmt::format("{}: {} deflated bytes", name, size), "damaged ones");
    return content;
  }

  const std::filesystem::path& path_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

std::map<std::string, std::string> read_npz(const std::filesystem::path& path) {
  return Archive(path).members();
}

}  // namespace ampa::data
