// From a failing scenario to the smallest that still fails.
#pragma once

#include <cstdint>
#include <functional>

#include "verify/scenario.h"

namespace ampa::verify {

// Whether a scenario fails. Must say the same of the same scenario.
using Fails = std::function<bool(const Scenario& scenario)>;

struct Shrunk {
  Scenario scenario;
  std::int64_t num_runs = 0;  // scenarios that were tried
};

// Drops jobs, stress, rows, columns and depth, brings codes towards zero and narrows formats, each as long as the
// scenario still fails, until nothing more can go (or kMaxShrinkRuns were tried). Windows become plain matrices if they
// can. `scenario` must fail.
Shrunk shrink(const Scenario& scenario, const Fails& fails);

constexpr std::int64_t kMaxShrinkRuns = 4000;

}  // namespace ampa::verify
