// How far a sum of products may run before a 32-bit accumulator overflows.
#pragma once

#include <cstdint>

#include "common/ceil_div.h"
#include "numerics/formats.h"

namespace ampa::numerics {

// The largest magnitude that a sum of `depth` products of raw codes can reach: depth * |a|max * |b|max.
constexpr std::int64_t accumulator_bound(CodeFormat a, CodeFormat b, std::int64_t depth) {
  return depth * a.max_magnitude() * b.max_magnitude();
}

// The largest depth (K) whose sum surely fits a 32-bit accumulator: floor((2^31 - 1) / (|a|max * |b|max)).
constexpr std::int64_t max_accumulator_depth(CodeFormat a, CodeFormat b) {
  return INT32_MAX / (static_cast<std::int64_t>(a.max_magnitude()) * b.max_magnitude());
}

// The number of parts along K of a job: each part but the last is max_accumulator_depth() deep, each part is summed in
// 32 bits, and the parts are added in 64 bits.
constexpr std::int64_t num_accumulator_parts(CodeFormat a, CodeFormat b, std::int64_t depth) {
  return ceil_div(depth, max_accumulator_depth(a, b));
}

}  // namespace ampa::numerics
