// Every streaming unit against its twin, as a table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rtl/units/stimuli.h"
#include "rtl/units/stream_unit.h"

namespace ampa::rtl {

struct UnitPlan {
  StimulusPlan stimulus;
  Handshakes handshakes;
  // If not 0: the stimulus is run so many cycles, the unit is reset, and the whole of it is run again.
  std::int64_t reset_after_cycles = 0;
};

struct UnitVerdict {
  std::string mismatch;  // the first one, in words; empty if the unit did what its twin does
  std::int64_t num_inputs = 0, num_outputs = 0;
  std::int64_t num_cycles = 0;  // of the whole run, without what came before a reset
};

struct UnitCheck {
  std::string name;  // as "quantize", or with the value of the unit's parameter, as "bitpack-4"
  std::function<UnitVerdict(const UnitPlan&)> run;
};

const std::vector<UnitCheck>& unit_checks();

}  // namespace ampa::rtl
