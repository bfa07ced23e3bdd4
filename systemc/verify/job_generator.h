// Jobs that try an array: directed ones at the edges of its range, and random ones that any seed repeats.
#pragma once

#include <cstdint>
#include <vector>

#include "verify/coverage.h"
#include "verify/draw.h"
#include "verify/point_space.h"
#include "verify/scenario.h"

namespace ampa::verify {

// Every pair of widths and signedness with all-min, all-max, alternating, one-hot and zero codes; K = 1, one row, one
// column; sizes beside and beyond the array's; convolutions of each pass; the deepest sums that 32 bits hold, and
// deeper ones. One scenario each.
ScenarioSet directed_scenarios(const PointSpace& space);

// Every pair of codes of every pair of formats, in each position of an operand word (of wide formats that come many to
// a word, in some); one scenario for each pair of formats and position.
ScenarioSet exhaustive_scenarios(const PointSpace& space);

// Four random jobs each, so that together they meet every bin of the coverage that can be met.
ScenarioSet covering_scenarios(const PointSpace& space, std::uint64_t seed);

// Scenario `index` of `seed`: one to four jobs with random formats, zero points, sizes, codes and stress; plain
// matrices (transposed or not) and windows of convolutions (strided, dilated, padded). Depends on nothing else than its
// arguments.
Scenario random_scenario(const PointSpace& space, std::uint64_t seed, std::int64_t index);

// The same with one job of many products, for long runs.
Scenario large_scenario(const PointSpace& space, std::uint64_t seed, std::int64_t index);

// What a covering job must be like; all else is random.
struct JobClass {
  CodeFormat a, b;
  SizeClass rows = SizeClass::kOne, cols = SizeClass::kOne;
  ProductsClass products = ProductsClass::kOne;
};
GeneratedJobPtr classed_job(const PointSpace& space, Draw& draw, const JobClass& wanted);
GeneratedJobPtr draw_job(const PointSpace& space, Draw& draw);

// Job `index` of `seed`, alone.
GeneratedJobPtr random_job(const timing::HardwarePoint& point, std::uint64_t seed, std::int64_t index);

// The stress of a job that `shape` describes: stalls as asked for, and a reset somewhere in its first tile.
rtl::Stress draw_stress(const PointSpace& space, Draw& draw, const gemm::JobShape& shape, Pressure pressure,
                        bool reset);

}  // namespace ampa::verify
