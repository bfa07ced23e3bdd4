// The range of a tensor, element by element: the m and M of rules Q5 and Q11 of NUMERICS.md.
#pragma once

#include <cmath>

namespace ampa::numerics {

// The smallest and the largest of some elements and 0; neither is ever -0.
struct Range {
  float min = 0, max = 0;  // min <= 0 <= max
  bool finite = true;      // false if any element is an infinity or a NaN; min and max are then of the other elements,
                           // and the kernels leave them open

  // Widens to the range of further elements.
  void include(const Range& other) {
    if (other.min < min) min = other.min;
    if (other.max > max) max = other.max;
    finite = finite && other.finite;
  }
};

// max |x| of a range: the R of AMPA eq. (2).
inline float max_abs(const Range& range) {
  return -range.min > range.max ? -range.min : range.max;
}

// The range of the elements so far and x.
inline Range including(const Range& range, float x) {
  if (!std::isfinite(x)) return {range.min, range.max, false};
  return {x < range.min ? x : range.min, x > range.max ? x : range.max, range.finite};
}

}  // namespace ampa::numerics
