// Checksums that tell where bytes were changed: the CRC-32 of zlib over every block of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ampa::trace {

constexpr std::size_t kBlockBytes = 1024;

// Eight lower-case hexadecimal digits for each block of kBlockBytes, the last of which may be shorter.
std::string block_checksums(std::string_view bytes);

// Throws InputError naming `source` and the offset unless `bytes` are those that had `num_bytes` and these checksums.
// Too few bytes: the offset of their end. A single flipped bit: its byte, with the value that it had. More damage, or
// damage of the checksum itself: the range of the first block that differs.
void check_blocks(std::string_view bytes, std::size_t num_bytes, std::string_view checksums, const std::string& source);

}  // namespace ampa::trace
