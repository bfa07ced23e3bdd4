// Random draws of one generated scenario.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "gemm/code_tensor.h"
#include "numerics/random_stream.h"
#include "verify/point_space.h"

namespace ampa::verify {

// Scenarios of different purposes have different random numbers.
enum class DrawPurpose : std::uint32_t { kRandom, kLarge, kCovering, kOrder, kDirected, kUnit, kSingle };

class Draw {
 public:
  Draw(DrawPurpose purpose, std::uint64_t seed, std::int64_t index)
      : stream_{seed, static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(purpose)} {}

  // Uniform over [low, high] but for a bias below (high - low + 1) / 2^32.
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    const auto range = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<std::int64_t>(stream_.bits32(next_++) * range >> 32);
  }
  bool flip() { return uniform(0, 1) == 1; }
  std::uint64_t bits64() {
    const std::uint64_t high = stream_.bits32(next_++);
    return high << 32 | stream_.bits32(next_++);
  }

  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(uniform(0, static_cast<std::int64_t>(values.size()) - 1))];
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[static_cast<std::size_t>(uniform(0, static_cast<std::int64_t>(i) - 1))]);
  }

  std::int32_t code(CodeFormat format) {
    return format.code_at(static_cast<std::int32_t>(uniform(0, format.num_codes() - 1)));
  }
  // Unsigned and two-level formats have any code as zero point, the others 0.
  std::int32_t zero_point(CodeFormat format) { return format.is_signed && !format.is_two_level() ? 0 : code(format); }

  // Writes every code of the tensor: of one tensor in four only the extremes.
  void fill(gemm::CodeTensor& tensor);

 private:
  numerics::RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace ampa::verify
