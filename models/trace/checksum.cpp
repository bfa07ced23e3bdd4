#include "trace/checksum.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <optional>

#include "common/error.h"

namespace ampa::trace {
namespace {

constexpr std::size_t kDigits = 8;  // of one CRC-32

std::string checksum(std::string_view block) {
  return fmt::format("{:08x}", crc32(0, reinterpret_cast<const Bytef*>(block.data()), static_cast<uInt>(block.size())));
}

struct FlippedBit {
  std::size_t offset;
  unsigned char was, is;
};

// The bit of a block whose flipping gives the checksum, if there is one. A CRC-32 tells all single bits of a block
// apart.
std::optional<FlippedBit> flipped_bit(std::string block, std::string_view expected) {
  for (std::size_t i = 0; i < block.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      const char is = block[i];
      block[i] = static_cast<char>(is ^ (1 << bit));
      if (checksum(block) == expected)
        return FlippedBit{i, static_cast<unsigned char>(block[i]), static_cast<unsigned char>(is)};
      block[i] = is;
    }
  return std::nullopt;
}

}  // namespace

std::string block_checksums(std::string_view bytes) {
  std::string checksums;
  for (std::size_t begin = 0; begin < bytes.size(); begin += kBlockBytes)
    checksums += checksum(bytes.substr(begin, kBlockBytes));
  return checksums;
}

void check_blocks(std::string_view bytes, std::size_t num_bytes, std::string_view checksums,
                  const std::string& source) {
  if (bytes.size() < num_bytes)
    throw InputError(fmt::format("{}: offset {}: expected a file of {} bytes, found its end: the file is cut off",
                                 source, bytes.size(), num_bytes));
  if (bytes.size() > num_bytes)
    throw InputError(fmt::format("{}: offset {}: expected the end of the file, found {} more bytes", source, num_bytes,
                                 bytes.size() - num_bytes));
  for (std::size_t begin = 0, digit = 0; begin < bytes.size(); begin += kBlockBytes, digit += kDigits) {
    const std::string_view block = bytes.substr(begin, kBlockBytes);
    const std::string_view expected = checksums.substr(std::min(digit, checksums.size()), kDigits);
    const std::string found = checksum(block);
    if (found == expected) continue;
    if (const std::optional<FlippedBit> flip = flipped_bit(std::string(block), expected))
      throw InputError(fmt::format("{}: offset {}: expected byte 0x{:02x}, found 0x{:02x}: a bit was flipped", source,
                                   begin + flip->offset, flip->was, flip->is));
    throw InputError(fmt::format("{}: offset {} to {}: expected bytes of CRC-32 {}, found {}: bytes were changed",
                                 source, begin, begin + block.size() - 1, expected, found));
  }
}

}  // namespace ampa::trace
