// The `ampa` command. Only here do errors become exit codes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <new>
#include <string>

#include "commands/commands.h"
#include "commands/output.h"
#include "common/error.h"

namespace {

enum ExitCode { kOk = 0, kRunFailed = 1, kBadInput = 2, kBitMismatch = 3 };

int fail(ExitCode code, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "ampa: %s\n", message.c_str());
  return code;
}

// Follows the words of the command line down to a command that has no commands of its own. CLI11 would call an unknown
// word a missing one.
void check_command_words(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    const auto known = at->get_subcommands([](const CLI::App*) { return true; });
    if (known.empty()) return;
    std::string names;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : known) {
      if (command->get_name() == argv[i]) next = command;
      names += (names.empty() ? "" : ", ") + command->get_name();
    }
    if (next == nullptr) throw ampa::InputError("command: expected one of " + names + ", found \"" + argv[i] + "\"");
    at = next;
  }
}

int run(int argc, char** argv) {
  CLI::App app("Training with precision allocated layer by layer: what it costs in accuracy, BitOPs and array cycles",
               "ampa");
  app.require_subcommand(1);
  for (const ampa::commands::Command& command : ampa::commands::commands()) command.add(app);
  check_command_words(app, argc, argv);
  try {
    app.parse(argc, argv);
    ampa::commands::flush_output();
    return kOk;
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    return fail(kBadInput, std::string(error.what()) + " (see --help)");
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is then a failed write like any other
  try {
    return run(argc, argv);
  } catch (const ampa::InputError& error) {
    return fail(kBadInput, error.what());
  } catch (const ampa::MismatchError& error) {
    return fail(kBitMismatch, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kRunFailed, "out of memory");
  } catch (const std::exception& error) {
    return fail(kRunFailed, error.what());
  }
}
