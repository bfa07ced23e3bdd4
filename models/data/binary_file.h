// Data files in memory, compressed or not, whole or as far as they are needed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ampa::data {

// All of this throws InputError naming the file: missing, not in gzip format, cut off, damaged, followed by other
// bytes. A file whose name ends in .gz is inflated: all its members, one behind the other. Their checksums and lengths
// are always checked to the end of the file, however little of it is kept, except by read_head; bytes behind the last
// member, padding with zeros too, are refused.

// The first num_bytes bytes, fewer if there are no more. What follows is not looked at.
std::vector<std::uint8_t> read_head(const std::filesystem::path& path, std::uint64_t num_bytes);

struct FileStart {
  std::vector<std::uint8_t> bytes;
  std::uint64_t size = 0;  // of the whole file, inflated; where that is above max_size, some number above it
};

// The first kept_bytes bytes of a file that should have no more than max_size: inflating ends once there are more.
FileStart read_start(const std::filesystem::path& path, std::uint64_t kept_bytes, std::uint64_t max_size);

// All bytes of a file of at most 4 GiB.
std::vector<std::uint8_t> read_binary(const std::filesystem::path& path);

}  // namespace ampa::data
