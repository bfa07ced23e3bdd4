// `ampa verify` of a build without RTL models.
#include "commands/call.h"
#include "commands/commands.h"
#include "common/error.h"

namespace ampa::commands {

void add_verify(CLI::App& app) {
  add_command(app, "verify", [](const Call&) {
    throw InputError("verify: expected a build with RTL models (cmake --preset release, then cmake --build --preset release), "
                     "found one without (AMPA_VERILATE=OFF)");
  });
}

}  // namespace ampa::commands
