#pragma once

#include <cstdint>

namespace ampa::platform {

// x / y rounded up, of x >= 0 and y > 0.
constexpr std::int64_t ceil_div(std::int64_t x, std::int64_t y) {
  return (x + y - 1) / y;
}

}  // namespace ampa::platform
