// `ampa sweep`: many training runs, and what they say.
#include <fmt/format.h>

#include "commands/commands.h"
#include "commands/output.h"
#include "commands/sweep_call.h"
#include "commands/sweep_dir.h"

namespace ampa::commands {
namespace {

void print_results(const sweep::SweepOutcome& outcome, const std::string& out, bool json) {
  const ReportFiles files = write_report(outcome.summary, std::nullopt, out, out);
  if (json) {
    print_json(sweep::to_json(outcome.summary));
    return;
  }
  if (sweep::num_settings_asked(outcome.summary) != static_cast<std::int64_t>(outcome.summary.settings.size()))
    print(sweep::settings_words(outcome.summary) + "\n");
  print(fmt::format("{} trials: {} run, {} reused, {} failed\n", outcome.summary.trials.size(), outcome.num_run,
                    outcome.num_reused, outcome.num_failed));
  const sweep::Constraints constraints = sweep::complete({});
  for (const sweep::Recommendation& recommendation : sweep::recommend(outcome.summary, constraints))
    print(sweep::in_words(recommendation, constraints));
  print((std::filesystem::path(out) / "sweep.json").string() + "\n" + files.trials_csv.string() + "\n" +
        files.html.string() + "\n");
}

void run(const Call& call) {
  const std::string file = call.text("sweep");
  const config::SweepSpec spec = config::parse_sweep(read_json_file(file), file);
  const sweep::SweepOutcome outcome = run_sweep_as_called(spec, call);
  print_results(outcome, call.text("out"), call.is_on("json"));
  flush_output();
  check_outcome(outcome);
}

}  // namespace

void add_sweep(CLI::App& app) {
  add_command(app, "sweep", run);
}

}  // namespace ampa::commands
