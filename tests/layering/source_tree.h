// The sources as text: who includes what.
#pragma once

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "common/atomic_file.h"

namespace ampa {

const std::filesystem::path kSourceDir = AMPA_SOURCE_DIR;

struct SourceFile {
  std::string path;                   // from the top of the repository
  std::string room;                   // the folder of its group that it lies in
  std::vector<std::string> includes;  // as written, without quotes and brackets
};

// The rooms of a group (models, systemc, explorer) in the order in which its CMakeLists.txt adds them.
inline std::vector<std::string> rooms_of(const std::string& group) {
  const std::string text = read_file(kSourceDir / group / "CMakeLists.txt");
  const std::regex add("add_subdirectory\\(([a-z0-9_]+)\\)");
  std::vector<std::string> rooms;
  for (std::sregex_iterator match(text.begin(), text.end(), add), end; match != end; ++match)
    rooms.push_back((*match)[1]);
  return rooms;
}

// "rtl" of systemc/rtl/array/stress.h in the group systemc; of a file that lies in no room, the name of its folder.
inline std::string room_of(const std::string& group, const std::filesystem::path& path) {
  const std::filesystem::path below = std::filesystem::relative(path, kSourceDir / group);
  return below.has_parent_path() ? below.begin()->string() : path.parent_path().filename().string();
}

inline std::vector<SourceFile> sources_of(const std::string& group) {
  const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSourceDir / group)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cpp") continue;
    SourceFile file{std::filesystem::relative(path, kSourceDir).string(), room_of(group, path), {}};
    std::istringstream text(read_file(path));
    std::smatch match;
    for (std::string line; std::getline(text, line);)
      if (std::regex_search(line, match, include)) file.includes.push_back(match[1]);
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

// "gemm" of "gemm/backend.h"; empty for a header without a folder.
inline std::string folder_of(const std::string& include) {
  const std::size_t slash = include.find('/');
  return slash == std::string::npos ? "" : include.substr(0, slash);
}

inline bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace ampa
