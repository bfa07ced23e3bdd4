// `ampa report`: the HTML file and CSV of a sweep or run.
#include "report/report.h"

#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/output.h"
#include "commands/sweep_dir.h"

namespace ampa::commands {
namespace {

void run(const Call& call) {
  const std::string dir = call.text("dir"), out = call.text("out");
  const CoreFlags flags = core_flags(call);
  const sweep::SweepSummary summary = read_summary(dir, call.texts("point"));
  std::optional<cost::CoreChoice> core;
  if (flags.has_memory()) core = cost::CoreChoice{flags.scratchpads, flags.memory};
  const ReportFiles files = write_report(summary, core, dir, out.empty() ? dir : out);
  print(files.html.string() + "\n" + files.trials_csv.string() + "\n" + files.settings_csv.string() + "\n");
}

}  // namespace

void add_report(CLI::App& app) {
  add_command(app, "report", run);
}

}  // namespace ampa::commands
