// How a job is split along K so that no 32-bit accumulator overflows: rules A2 to A4 of NUMERICS.md.
#pragma once

#include <algorithm>
#include <cstdint>

#include "numerics/accumulator.h"

namespace ampa::gemm {

// Depths [begin, begin + depth) of a job, summed in 32 bits.
struct AccumulatorPart {
  std::int64_t begin = 0, depth = 0;
};

// All parts but the last are max_depth() deep; their sums are added in 64 bits.
class AccumulatorParts {
 public:
  // k >= 1.
  constexpr AccumulatorParts(CodeFormat a, CodeFormat b, std::int64_t k)
      : k_(k), max_depth_(numerics::max_accumulator_depth(a, b)), count_(numerics::num_accumulator_parts(a, b, k)) {}

  constexpr std::int64_t count() const { return count_; }
  constexpr bool is_split() const { return count_ > 1; }  // the job's sums have 64 bits
  constexpr std::int64_t max_depth() const { return max_depth_; }
  // 0 <= index < count()
  constexpr AccumulatorPart operator[](std::int64_t index) const {
    const std::int64_t begin = index * max_depth_;
    return {begin, std::min(max_depth_, k_ - begin)};
  }

 private:
  std::int64_t k_, max_depth_, count_;
};

}  // namespace ampa::gemm
