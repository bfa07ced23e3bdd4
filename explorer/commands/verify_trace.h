// Failures of the bench as traces, and back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "rtl/array/stress.h"
#include "verify/failure.h"

namespace ampa::commands {

// A path in `dir` that nothing has yet: NAME-1, NAME-2, ... and `extension`.
std::filesystem::path new_failure_path(const std::filesystem::path& dir, const std::string& name,
                                       const std::string& extension);

// Writes the jobs of the failure's smallest scenario with the sums that they must have; `context` under the key
// "verify" says the point and each job's stress. Returns the folder, a new one in `dir`. Throws RunError if it cannot
// be written.
std::filesystem::path write_failure_trace(const std::filesystem::path& dir, const std::string& point,
                                          const verify::Failure& failure);

// The stress of each job that the context of a trace tells of; none for other traces. Throws InputError naming
// `source`.
std::vector<rtl::Stress> stress_from_context(const Json& context, const std::string& source);

}  // namespace ampa::commands
