// What libFuzzer calls: the target that AMPA_FUZZ_TARGET names. Any exception but an InputError is a finding, as a
// signal, a hang and a sanitizer's report are.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "common/error.h"
#include "fuzz_target.h"

namespace ampa::fuzz {
namespace {

std::filesystem::path folder_of_process() {
  const std::filesystem::path shared = "/dev/shm";
  const std::filesystem::path base = std::filesystem::exists(shared) ? shared : std::filesystem::temp_directory_path();
  return base / ("ampa_fuzz." + std::to_string(::getpid()));
}

void remove_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_of_process(), ignored);
}

const std::vector<const std::vector<Target>*>& tables() {
  static const std::vector<const std::vector<Target>*> all = {&json_targets(), &text_targets(), &data_targets(),
                                                              &source_targets(), &trace_targets()};
  return all;
}

const Target* find_target(const std::string& name) {
  for (const auto* table : tables())
    for (const Target& target : *table)
      if (target.name == name) return &target;
  return nullptr;
}

const Target* g_target = nullptr;

}  // namespace

std::string_view take_file(std::string_view& bytes) {
  std::uint32_t size = 0;
  const std::size_t prefix = std::min(sizeof size, bytes.size());
  if (prefix > 0) std::memcpy(&size, bytes.data(), prefix);
  bytes.remove_prefix(prefix);
  const std::string_view file = bytes.substr(0, size);
  bytes.remove_prefix(file.size());
  return file;
}

std::filesystem::path file_with(const std::string& folder, const std::string& name, std::string_view bytes) {
  static const int registered = std::atexit(remove_folder);
  (void)registered;
  const std::filesystem::path directory = folder_of_process() / folder;
  std::filesystem::create_directories(directory);
  std::ofstream(directory / name, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return directory / name;
}

}  // namespace ampa::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* const name = std::getenv("AMPA_FUZZ_TARGET");
  ampa::fuzz::g_target = name == nullptr ? nullptr : ampa::fuzz::find_target(name);
  if (ampa::fuzz::g_target != nullptr) return 0;
  std::fprintf(stderr, "AMPA_FUZZ_TARGET: expected one of");
  for (const auto* table : ampa::fuzz::tables())
    for (const ampa::fuzz::Target& target : *table) std::fprintf(stderr, " %s", target.name);
  std::fprintf(stderr, ", found \"%s\"\n", name == nullptr ? "" : name);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    ampa::fuzz::g_target->run({reinterpret_cast<const char*>(data), size});
  } catch (const ampa::InputError&) {
  }
  return 0;
}
