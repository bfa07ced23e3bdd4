// One number for each direction of a map.
#pragma once

#include <cstdint>

namespace ampa {

// Of rows (y) and of columns (x). A plain number stands for both, as in a square kernel.
struct YX {
  std::int64_t y = 0, x = 0;

  constexpr YX() = default;
  constexpr YX(std::int64_t both) : y(both), x(both) {}
  constexpr YX(std::int64_t of_y, std::int64_t of_x) : y(of_y), x(of_x) {}

  constexpr bool is_square() const { return y == x; }
  friend constexpr bool operator==(YX a, YX b) { return a.y == b.y && a.x == b.x; }
  friend constexpr bool operator!=(YX a, YX b) { return !(a == b); }
};

// The positions that a window of `taps` taps, `dilation` apart, spans.
constexpr std::int64_t window_extent(std::int64_t taps, std::int64_t dilation) {
  return (taps - 1) * dilation + 1;
}

}  // namespace ampa
