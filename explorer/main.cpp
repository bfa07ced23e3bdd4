// The `ampa` command. Only here do errors become exit codes.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/output.h"
#include "common/error.h"
#include "common/shown_text.h"
#include "record/context.h"
#include "settings/suggest.h"

namespace {

enum ExitCode { kOk = 0, kRunFailed = 1, kBadInput = 2, kBitMismatch = 3 };

int fail(ExitCode code, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "ampa: %s\n", ampa::shown_text(message).c_str());
  return code;
}

// A closed standard stream would be the first file that is opened. In its place: one that refuses what is done with it.
void fill_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF)
      static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

// Records, checkpoints and reports are UTF-8 and hold what was typed; found here and not at the first save.
void check_encoding(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t invalid = ampa::invalid_utf8(word);
    if (invalid == std::string::npos) continue;
    std::string flag = word.substr(0, word.find('='));
    if (word[0] != '-' || flag == word) flag = i > 1 && argv[i - 1][0] == '-' ? argv[i - 1] : "command line";
    throw ampa::InputError(flag + ": expected text in UTF-8, found \"" + word + '"');
  }
}

// Follows the words of the command line down to a command that has no commands of its own. CLI11 would call an unknown
// word a missing one.
void check_command_words(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    const auto known = at->get_subcommands([](const CLI::App*) { return true; });
    if (known.empty()) return;
    std::string names;
    std::vector<std::string> words;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : known) {
      if (command->get_name() == argv[i]) next = command;
      words.push_back(command->get_name());
      names += (names.empty() ? "" : ", ") + command->get_name();
    }
    if (next == nullptr)
      throw ampa::InputError("command: expected one of " + names + ", found \"" + argv[i] + "\"" +
                             ampa::settings::did_you_mean(argv[i], words));
    at = next;
  }
}

int run(int argc, char** argv) {
  CLI::App app("Training with precision allocated layer by layer: what it costs in accuracy, BitOPs and array cycles",
               "ampa");
  app.require_subcommand(1);
  app.set_version_flag("--version", ampa::record::version_words());
  app.formatter_fn([](const CLI::App*, std::string, CLI::AppFormatMode) { return ampa::commands::help_of_all(); });
  for (const ampa::commands::Command& command : ampa::commands::commands()) command.add(app);
  check_command_words(app, argc, argv);
  try {
    app.parse(argc, argv);
    ampa::commands::flush_output();
    return kOk;
  } catch (const CLI::Success& asked_for_help) {
    std::ostringstream help;
    app.exit(asked_for_help, help, help);
    ampa::commands::print(help.str());
    ampa::commands::flush_output();
    return kOk;
  } catch (const CLI::ParseError& error) {
    return fail(kBadInput, std::string(error.what()) + " (see --help)");
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A file-size limit, and a reader that has gone, are then failed writes like any other.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  fill_closed_streams();
  try {
    check_encoding(argc, argv);
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
