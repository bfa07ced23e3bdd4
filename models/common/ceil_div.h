// Whole numbers divided and rounded up. Of x >= 0 and y > 0, x + y below 2^63.
#pragma once

#include <cstdint>

namespace ampa {

// The smallest q with q * y >= x.
constexpr std::int64_t ceil_div(std::int64_t x, std::int64_t y) {
  return (x + y - 1) / y;
}

// The smallest multiple of y that is not below x.
constexpr std::int64_t round_up(std::int64_t x, std::int64_t y) {
  return ceil_div(x, y) * y;
}

}  // namespace ampa
