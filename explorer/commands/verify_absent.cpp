// `ampa verify` of a build without RTL models.
#include "commands/commands.h"
#include "common/error.h"

namespace ampa::commands {

void add_verify(CLI::App& app) {
  CLI::App* command = app.add_subcommand("verify", "Compare the RTL with the reference (not in this build)");
  command->allow_extras();
  command->callback([] {
    throw InputError("verify: expected a build with RTL models (cmake --preset release, then cmake --build --preset release), "
                     "found one without (AMPA_VERILATE=OFF)");
  });
}

}  // namespace ampa::commands
