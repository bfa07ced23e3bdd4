// Random values for the tests of the contract, the same in every run.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "numerics/random_stream.h"

namespace ampa::numerics {

// Integers in [low, high] and floats in [low, high), one after the other.
class Samples {
 public:
  explicit Samples(std::uint32_t tensor) : stream_{7, 0, tensor} {}

  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(stream_.bits32(next_++) % static_cast<std::uint64_t>(high - low + 1));
  }
  float uniform(float low, float high) {
    return low + (high - low) * static_cast<float>(static_cast<double>(stream_.bits32(next_++)) * 0x1p-32);
  }
  // Magnitudes from 2^low to 2^high of both signs.
  float any_scale(int low, int high) {
    const float sign = integer(0, 1) == 0 ? -1.0f : 1.0f;
    return sign * std::ldexp(uniform(1, 2), static_cast<int>(integer(low, high - 1)));
  }
  std::uint32_t bits16() { return stream_.bits32(next_++) >> 16; }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace ampa::numerics
