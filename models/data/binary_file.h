// Data files in memory, compressed or not, whole or as far as they are needed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ampa::data {

struct FileStart {
  std::vector<std::uint8_t> bytes;
  std::uint64_t size = 0;  // of the whole file; of a .gz file that was not read to its end, modulo 2^32
};

// The first max_bytes bytes of a file, inflated if its name ends in .gz, or all if there are no more. Throws InputError
// naming the file: missing, not in gzip format, ends before these bytes do; wrong checksum if all of it was read.
FileStart read_start(const std::filesystem::path& path, std::uint64_t max_bytes);

// All bytes.
std::vector<std::uint8_t> read_binary(const std::filesystem::path& path);

}  // namespace ampa::data
