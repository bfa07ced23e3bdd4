// Records as the commands that cost a memory need them.
#pragma once

#include <filesystem>

#include "record/run_record.h"

namespace ampa::commands {

// record::read_record; to a record of an older version, whose jobs do not say which convolution they are of, that is added
// from the network that its configuration names, if the network at its default input has just these jobs.
record::RunRecord read_record_with_convolutions(const std::filesystem::path& path);

}  // namespace ampa::commands
