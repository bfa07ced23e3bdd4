// Runs random streams through the streaming units under back-pressure and resets and compares every output with the
// scalar twin.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rtl/units/unit_checks.h"
#include "verify/coverage.h"

namespace ampa::verify {

// One stream through one unit.
struct UnitRun {
  std::uint64_t seed = 1;
  std::int64_t num_inputs = 1;  // about, see StimulusPlan
  bool switch_modes = false;
  int offer_percent = 100, take_percent = 100;  // of the cycles, in which inputs are offered and outputs taken
  std::int64_t reset_after_cycles = 0;          // 0: no reset

  rtl::UnitPlan plan() const;
  std::string words() const;
};

struct UnitFailure {
  UnitRun found_in, smallest;
  std::string mismatch;  // the first of the smallest run
};

struct UnitReport {
  std::string unit;
  std::int64_t num_runs = 0, num_inputs = 0, num_outputs = 0, num_cycles = 0;
  Cross cross;  // of back-pressure, length of the stream and what happens in it
  std::optional<UnitFailure> failure;

  bool equal() const { return !failure; }
};

// `rounds` streams for every bin of the cross. Stops at the first failure, which is then shrunk.
UnitReport verify_unit(const rtl::UnitCheck& check, std::uint64_t seed, std::int64_t rounds);

// Throws InputError listing the names.
const rtl::UnitCheck& unit_from_string(const std::string& name);

// The smallest run that still fails: fewer inputs, no back-pressure, no reset, one mode.
UnitRun shrink(const rtl::UnitCheck& check, UnitRun run);

}  // namespace ampa::verify
