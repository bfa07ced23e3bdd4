// Whole data files in memory, compressed or not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ampa::data {

// The bytes of a file, inflated if its name ends in .gz. Throws InputError naming the file: missing, not in gzip
// format, truncated, wrong checksum.
std::vector<std::uint8_t> read_binary(const std::filesystem::path& path);

}  // namespace ampa::data
