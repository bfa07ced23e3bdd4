// A parser under the fuzzer: it is given any bytes and must return or throw InputError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ampa::fuzz {

struct Target {
  const char* name;  // of AMPA_FUZZ_TARGET, of its folder of seeds
  void (*run)(std::string_view bytes);
};

// One table a file; fuzz_main.cpp joins them.
const std::vector<Target>& json_targets();    // settings, networks, records, sweeps
const std::vector<Target>& text_targets();    // what the command line and tables of other tools hold
const std::vector<Target>& data_targets();    // data sets in their own formats
const std::vector<Target>& source_targets();  // arrays, pictures and texts
const std::vector<Target>& trace_targets();   // traces, checkpoints and weights

// Takes the next of several files off an input: a 32-bit little-endian size, and as many bytes, or all that is left.
std::string_view take_file(std::string_view& bytes);

// A file of the given bytes in memory, in a folder of this process that is the same for every call: the path.
std::filesystem::path file_with(const std::string& folder, const std::string& name, std::string_view bytes);

}  // namespace ampa::fuzz
