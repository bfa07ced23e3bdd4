// Where a wave of a job goes.
#pragma once

#include <string>

namespace ampa::rtl {

constexpr const char* kWaveSuffix = ".vcd";

// Throws InputError if the path does not end in .vcd, RunError if the file cannot be written.
void check_wave_path(const std::string& path);

}  // namespace ampa::rtl
