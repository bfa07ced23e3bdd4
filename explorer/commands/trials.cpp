// `ampa trials`: those of a study, for spreadsheets and other programs.
#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "common/atomic_file.h"
#include "study/study_trials.h"

namespace ampa::commands {
namespace {

void run(const Call& call) {
  const study::TrialFormat* format = study::find_trial_format(call.text("format"));
  const std::string text = format->text(study::read_study_trials(call.text("dir")));
  if (!call.has("out")) return print(text);
  write_file_atomically(call.text("out"), text);
  print(call.text("out") + "\n");
}

}  // namespace

void add_trials(CLI::App& app) {
  add_command(app, "trials", run);
}

}  // namespace ampa::commands
