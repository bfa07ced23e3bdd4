// Line and toggle coverage of a verilated model, in builds with AMPA_RTL_COVERAGE.
#pragma once

#include <verilated.h>

#include <atomic>
#include <cstdlib>
#include <string>

#if VM_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>
#endif

namespace ampa::rtl {

// Leaves what the models of the context have counted in a file of its own in the folder that the environment variable
// AMPA_RTL_COVERAGE_DIR names, if there is one. Called while the models live.
inline void write_rtl_coverage([[maybe_unused]] VerilatedContext& context, [[maybe_unused]] const std::string& name) {
#if VM_COVERAGE
  static std::atomic<int> count{0};
  const char* const folder = std::getenv("AMPA_RTL_COVERAGE_DIR");
  if (folder == nullptr) return;
  const std::string file =
      std::string(folder) + "/" + name + "-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".dat";
  context.coveragep()->write(file.c_str());
#endif
}

}  // namespace ampa::rtl
