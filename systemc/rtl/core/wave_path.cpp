#include "rtl/core/wave_path.h"

#include <fmt/format.h>

#include <fstream>
#include <string_view>

#include "common/error.h"

namespace ampa::rtl {

void check_wave_path(const std::string& path) {
  const std::string_view suffix = kWaveSuffix;
  if (path.size() <= suffix.size() || path.compare(path.size() - suffix.size(), suffix.size(), suffix) != 0)
    throw InputError(fmt::format("wave: expected a file name that ends in {}, found '{}'", suffix, path));
  if (!std::ofstream(path)) throw RunError(fmt::format("{}: cannot be written", path));
}

}  // namespace ampa::rtl
