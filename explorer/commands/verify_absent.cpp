// `ampa verify` of a build without RTL models.
#include "commands/call.h"
#include "commands/commands.h"
#include "commands/verify_trace.h"
#include "common/error.h"
#include "tlm/array/array_backends.h"
#include "verify/stressed_backend.h"

namespace ampa::commands {

void add_verify(CLI::App& app) {
  add_command(app, "verify", [](const Call&) {
    throw InputError(
        "verify: expected a build with RTL models (cmake --preset release, then cmake --build --preset release), "
        "found one without (AMPA_VERILATE=OFF)");
  });
}

// Of the bench too, for `ampa trace replay --backend rtl`: the backend says that there is no RTL.
std::vector<rtl::Stress> stress_from_context(const Json&, const std::string&) {
  return {};
}

}  // namespace ampa::commands

namespace ampa::verify {

std::unique_ptr<gemm::Backend> make_stressed_backend(const timing::HardwarePoint& point, std::vector<rtl::Stress>) {
  return tlm::make_rtl_backend(point);
}

}  // namespace ampa::verify
