// A stream through a unit as a JSON file: what the bench leaves of a failure, and runs again.
#pragma once

#include <filesystem>
#include <string>

#include "verify/verify_units.h"

namespace ampa::verify {

struct UnitStream {
  std::string unit;
  UnitRun run;
};

// Writes the failure's smallest stream. Throws RunError if it cannot be written.
void write_failed_stream(const std::filesystem::path& path, const std::string& unit, const UnitFailure& failure);

// Throws InputError naming file and key, also for a unit that does not exist.
UnitStream read_stream(const std::filesystem::path& path);

}  // namespace ampa::verify
