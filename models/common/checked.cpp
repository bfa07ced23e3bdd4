#include "common/checked.h"

#include <fmt/format.h>

#include <limits>

namespace ampa {

void throw_overflow(const char* what) {
  throw OverflowError(
      fmt::format("{}: expected at most {} (63 bits), found more", what, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace ampa
