#include "sweep/trial_log.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

namespace ampa::sweep {
namespace {

constexpr const char* kErrorPrefix = "ampa: ";

}  // namespace

std::string epoch_words(std::int64_t num_finished, std::int64_t num_epochs) {
  return fmt::format("epoch {}/{}", num_finished, num_epochs);
}

std::int64_t last_epoch(const std::filesystem::path& log) {
  std::ifstream file(log);
  long long last = 0, found = 0;
  for (std::string line; std::getline(file, line);)
    if (std::sscanf(line.c_str(), "epoch %lld/", &found) == 1) last = found;
  return last;
}

std::string last_error(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (line.rfind(kErrorPrefix, 0) == 0) last = line.substr(std::string(kErrorPrefix).size());
  return last;
}

}  // namespace ampa::sweep
