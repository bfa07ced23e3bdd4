// The bytes of a ZIP archive, as numpy.savez writes them.
#pragma once

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

namespace ampa::data {

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

inline std::string deflated(const std::string& content) {
  std::string packed(compressBound(content.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// `method` 0: stored, 8: deflated, others as they are, stored.
inline std::string zip(const std::vector<std::pair<std::string, std::string>>& members, int method) {
  std::string bytes, directory;
  for (const auto& [name, content] : members) {
    const std::string packed = method == 8 ? deflated(content) : content;
    const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
    const std::string common = little_endian(20, 2) + little_endian(0, 2) +
                               little_endian(static_cast<unsigned>(method), 2) + little_endian(0, 4) +
                               little_endian(sum, 4) + little_endian(packed.size(), 4) +
                               little_endian(content.size(), 4) + little_endian(name.size(), 2);
    directory += "PK\x01\x02" + little_endian(20, 2) + common + little_endian(0, 2 + 2 + 2 + 2 + 4) +
                 little_endian(bytes.size(), 4) + name;
    bytes += "PK\x03\x04" + common + little_endian(4, 2) + name + "more" + packed;
  }
  const std::size_t begin = bytes.size();
  return bytes + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(members.size(), 2) +
         little_endian(members.size(), 2) + little_endian(directory.size(), 4) + little_endian(begin, 4) +
         little_endian(0, 2);
}

}  // namespace ampa::data
