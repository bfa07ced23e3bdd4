// NumPy's .npz files: a ZIP archive of .npy files, stored (numpy.savez) or deflated (numpy.savez_compressed).
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ampa::data {

// The bytes of each .npy file in the archive, by its name without .npy. Throws InputError naming the file: no ZIP
// archive, cut off, another method of compression, a member of 4 GiB or more, sizes or a checksum that do not agree.
std::map<std::string, std::string> read_npz(const std::filesystem::path& path);

}  // namespace ampa::data
