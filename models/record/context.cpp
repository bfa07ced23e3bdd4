#include "record/context.h"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <string>

#include "kernels/kernels.h"
#include "numerics/version.h"
#include "record/git_revision.h"

namespace ampa::record {
namespace {

std::string known(const char* version) {
  return *version == '\0' ? "unknown" : version;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

std::string version_words() {
  return fmt::format("ampa {}, git {}, numerics {}", known(AMPA_VERSION), known(kGitRevision),
                     numerics::kNumericsVersion);
}

Json make_context(int num_threads) {
  Json context;
  context["date"] = utc_now();
  context["ampa_version"] = known(AMPA_VERSION);
  context["git_revision"] = known(kGitRevision);
  context["build_type"] = known(AMPA_BUILD_TYPE);
  context["compiler_version"] = known(AMPA_COMPILER_VERSION);
  context["eigen_version"] = known(AMPA_EIGEN_VERSION);
  context["systemc_version"] = known(AMPA_SYSTEMC_VERSION);
  context["verilator_version"] = known(AMPA_VERILATOR_VERSION);
  context["cpu_model"] = cpu_model();
  context["isa"] = kernels::active().name;
  context["num_threads"] = num_threads;
  return context;
}

}  // namespace ampa::record
