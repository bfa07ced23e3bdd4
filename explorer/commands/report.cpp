// `ampa report`: the HTML file and CSV of a sweep or run.
#include "report/report.h"

#include <memory>

#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/output.h"
#include "commands/sweep_dir.h"

namespace ampa::commands {
namespace {

struct Flags {
  CoreFlags core;
  std::string dir, out;
  std::vector<std::string> points;
};

void run(const Flags& flags) {
  const sweep::SweepSummary summary = read_summary(flags.dir, flags.points);
  std::optional<cost::CoreChoice> core;
  if (flags.core.has_memory()) core = cost::CoreChoice{flags.core.scratchpads, flags.core.memory};
  const ReportFiles files = write_report(summary, core, flags.dir, flags.out.empty() ? flags.dir : flags.out);
  print(files.html.string() + "\n" + files.trials_csv.string() + "\n" + files.settings_csv.string() + "\n");
}

}  // namespace

void add_report(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "One self-contained HTML file, and CSV, of a sweep or a training run");
  const auto flags = std::make_shared<Flags>();
  command->add_option("DIR", flags->dir, "Directory of a sweep or of a training run")->required();
  command->add_option("--out", flags->out, "Directory for the files (default: DIR)");
  command->add_option("--point", flags->points, "Hardware point for a training run, may be repeated");
  flags->core.add(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace ampa::commands
