// A folder of its own for one test, with the data files that the test writes.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../common/temporary_folder.h"

namespace ampa::data {

using Bytes = std::vector<std::uint8_t>;

class DataFolder : public ampa::TemporaryFolder {
 public:
  std::filesystem::path write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(path() / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path() / name;
  }

  std::filesystem::path write_gzip(const std::string& name, const Bytes& bytes) const {
    const gzFile file = gzopen((path() / name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path() / name;
  }
};

}  // namespace ampa::data
