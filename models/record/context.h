// What may differ between two runs of one configuration: where, when and with what they ran.
#pragma once

#include <string>

#include "common/json_reader.h"

namespace ampa::record {

// The `context` of a record that starts now: date (UTC, ISO 8601), versions of ampa and of what it was built with, the
// git revision it was built from, the processor, the instruction set of the kernels and the number of threads (>= 1).
// Versions that were not known when ampa was built read "unknown".
Json make_context(int num_threads);

// "ampa 0.1.0, git REVISION, numerics 2": the program, the revision it was built from (-dirty behind it if files
// differed), and the version of the numerics contract whose bits it computes.
std::string version_words();

}  // namespace ampa::record
