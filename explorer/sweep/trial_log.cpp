#include "sweep/trial_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <vector>

namespace ampa::sweep {
namespace {

constexpr const char* kErrorPrefix = "ampa: ";
constexpr std::int64_t kTail = 8192;  // bytes that hold the last lines of any log

// The last lines of a file, the first of them perhaps without its beginning.
std::vector<std::string> last_lines(const std::filesystem::path& log) {
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  std::vector<std::string> lines;
  if (!file) return lines;
  const auto size = static_cast<std::int64_t>(file.tellg());
  file.seekg(std::max<std::int64_t>(0, size - kTail));
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::string epoch_words(std::int64_t num_finished, std::int64_t num_epochs) {
  return fmt::format("epoch {}/{}", num_finished, num_epochs);
}

std::int64_t last_epoch(const std::filesystem::path& log) {
  long long last = 0, found = 0;
  for (const std::string& line : last_lines(log))
    if (std::sscanf(line.c_str(), "epoch %lld/", &found) == 1) last = found;
  return last;
}

std::string last_error(const std::filesystem::path& log) {
  std::string last;
  for (const std::string& line : last_lines(log))
    if (line.rfind(kErrorPrefix, 0) == 0) last = line.substr(std::string(kErrorPrefix).size());
  return last;
}

}  // namespace ampa::sweep
