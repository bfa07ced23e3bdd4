// Arithmetic of counts in 64 bits that refuses to overflow. Operands are not negative.
#pragma once

#include <cstdint>

#include "common/error.h"

namespace ampa {

// A count beyond 2^63 - 1. The message names what is counted; whoever knows the layer or the file puts it in front.
class OverflowError : public InputError {
 public:
  using InputError::InputError;
};

// Throws OverflowError: "WHAT: expected at most 9223372036854775807 (63 bits), found more".
[[noreturn]] void throw_overflow(const char* what);

inline std::int64_t checked_add(std::int64_t x, std::int64_t y, const char* what) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(x, y, &sum)) throw_overflow(what);
  return sum;
}

inline std::int64_t checked_mul(std::int64_t x, std::int64_t y, const char* what) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(x, y, &product)) throw_overflow(what);
  return product;
}

inline std::int64_t checked_mul(std::int64_t x, std::int64_t y, std::int64_t z, const char* what) {
  return checked_mul(checked_mul(x, y, what), z, what);
}

// The smallest q with q * y >= x, of any x >= 0 and y > 0.
constexpr std::int64_t whole_div(std::int64_t x, std::int64_t y) {
  return x / y + (x % y != 0 ? 1 : 0);
}

}  // namespace ampa
