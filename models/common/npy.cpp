#include "common/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/error.h"

namespace ampa {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "traces are written and read on little-endian machines");

constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kPreamble = kMagic.size() + 2;  // magic, version, 16-bit length of the header
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMaxDimensions = 8;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

constexpr std::array<std::pair<NpyType, std::string_view>, 5> kTypeNames{{{NpyType::kUint8, "|u1"},
                                                                          {NpyType::kInt8, "|i1"},
                                                                          {NpyType::kInt32, "<i4"},
                                                                          {NpyType::kInt64, "<i8"},
                                                                          {NpyType::kFloat32, "<f4"}}};

std::string dictionary(std::string_view type, const std::vector<std::int64_t>& shape) {
  return fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type, fmt::join(shape, ", "),
                     shape.size() == 1 ? "," : "");
}

// Walks over a header's dictionary; every step says where it failed.
class HeaderReader {
 public:
  HeaderReader(std::string_view bytes, std::size_t end, const std::string& source)
      : bytes_(bytes), source_(source), at_(kPreamble), end_(end) {}

  NpyType type() {
    expect("{'descr': '");
    for (const auto& [type, name] : kTypeNames)
      if (rest().substr(0, name.size()) == name) {
        at_ += name.size();
        expect("', 'fortran_order': False, 'shape': (");
        return type;
      }
    fail("a type of |u1, |i1, <i4, <i8, <f4", "another one");
  }

  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> shape;
    std::int64_t elements = 1;
    while (rest().substr(0, 1) != ")") {
      std::int64_t extent = -1;
      const auto result = std::from_chars(bytes_.data() + at_, bytes_.data() + end_, extent);
      if (result.ec != std::errc() || extent < 0 || shape.size() == kMaxDimensions) fail("an extent", "something else");
      if (extent > 0 && elements > kMaxElements / extent) fail("at most 2^40 elements", "more");
      elements *= extent;
      shape.push_back(extent);
      at_ = static_cast<std::size_t>(result.ptr - bytes_.data());
      if (rest().substr(0, 2) == ", ")
        at_ += 2;
      else if (rest().substr(0, 2) == ",)")
        at_ += 1;
    }
    expect("), }");
    while (at_ + 1 < end_) expect(" ");
    expect("\n");
    return shape;
  }

  [[noreturn]] void fail(std::string_view expected, std::string_view found) const {
    throw InputError(fmt::format("{}: offset {}: expected {}, found {}", source_, at_, expected, found));
  }

 private:
  std::string_view rest() const { return bytes_.substr(at_, end_ - at_); }

  void expect(std::string_view text) {
    const std::string_view found = rest().substr(0, text.size());
    if (found == text) {
      at_ += text.size();
      return;
    }
    at_ += static_cast<std::size_t>(std::mismatch(found.begin(), found.end(), text.begin()).first - found.begin());
    fail(fmt::format("a .npy header with \"{}\"", text == "\n" ? "\\n" : text), "another byte");
  }

  std::string_view bytes_;
  const std::string& source_;
  std::size_t at_, end_;
};

}  // namespace

std::string_view to_string(NpyType type) {
  for (const auto& [value, name] : kTypeNames)
    if (value == type) return name;
  return "?";
}

std::int64_t bytes_per_element(NpyType type) {
  return to_string(type)[2] - '0';
}

std::int64_t NpyArray::num_elements() const {
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) elements *= extent;
  return elements;
}

std::string encode_npy(NpyType type, const std::vector<std::int64_t>& shape, const void* data) {
  std::string header = dictionary(to_string(type), shape);
  const std::size_t unpadded = kPreamble + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string bytes(kMagic);
  bytes += static_cast<char>(header.size() & 0xFF);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  std::int64_t size = bytes_per_element(type);
  for (const std::int64_t extent : shape) size *= extent;
  if (size > 0) bytes.append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  return bytes;
}

NpyArray decode_npy(std::string_view bytes, const std::string& source) {
  const auto fail = [&](std::size_t offset, const std::string& expected, const std::string& found) {
    throw InputError(fmt::format("{}: offset {}: expected {}, found {}", source, offset, expected, found));
  };
  if (bytes.size() < kPreamble) fail(bytes.size(), "a .npy header", "the end of the file");
  for (std::size_t i = 0; i < kMagic.size(); ++i)
    if (bytes[i] != kMagic[i])
      fail(i, "the magic bytes of .npy version 1.0",
           fmt::format("byte 0x{:02x}", static_cast<unsigned char>(bytes[i])));
  const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  const std::size_t begin = kPreamble + length;
  if (bytes.size() < begin) fail(bytes.size(), fmt::format("a header of {} bytes", length), "the end of the file");

  HeaderReader header(bytes, begin, source);
  NpyArray array;
  array.type = header.type();
  array.shape = header.shape();
  const auto size = static_cast<std::size_t>(array.num_elements() * bytes_per_element(array.type));
  if (bytes.size() < begin + size)
    fail(bytes.size(), fmt::format("{} bytes of data", size), fmt::format("{}", bytes.size() - begin));
  if (bytes.size() > begin + size) fail(begin + size, "the end of the file", "more bytes");
  array.data = bytes.substr(begin);
  return array;
}

}  // namespace ampa
