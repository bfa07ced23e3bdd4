// `ampa sweep`: many training runs, and what they say.
#include <fmt/format.h>

#include <algorithm>

#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "commands/sweep_dir.h"
#include "common/error.h"
#include "kernels/kernels.h"
#include "record/context.h"
#include "sweep/run_sweep.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string file, out, isa;
  int workers, threads;  // 0: not given
  bool json;
};

std::string progress_words(const sweep::SweepProgress& progress) {
  std::string words = fmt::format("{} of {} trials finished, {} running, {} elapsed", progress.num_finished,
                                  progress.num_trials, progress.num_running, duration_words(progress.elapsed_seconds));
  if (progress.num_failed > 0) words += fmt::format(", {} failed", progress.num_failed);
  if (progress.remaining_seconds) words += fmt::format(", {} left", duration_words(*progress.remaining_seconds));
  return words;
}

std::string trial_words(const sweep::TrialSummary& trial) {
  std::string words = fmt::format("{} seed {}: {}", trial.label, trial.config.at("seed").dump(), trial.status);
  if (!trial.reason.empty()) words += fmt::format(" ({})", trial.reason);
  if (trial.final_metric)
    words += fmt::format(", {} {}", trial.metric.name, metric_words(trial.metric, *trial.final_metric));
  if (trial.bitops_reduction_percent) words += fmt::format(", RR {:.2f} %", *trial.bitops_reduction_percent);
  return words;
}

sweep::SweepOptions options_of(const Flags& flags) {
  sweep::SweepOptions options;
  options.dir = flags.out;
  options.num_workers = flags.workers > 0 ? flags.workers : num_processors();
  options.threads_per_worker = flags.threads > 0 ? flags.threads : std::max(1, num_processors() / options.num_workers);
  if (!flags.isa.empty()) kernels::select(flags.isa);
  options.isa = flags.isa;
  options.program = "/proc/self/exe";  // the running command, even if its file has been replaced
  options.context = record::make_context(options.threads_per_worker);
  options.context["num_workers"] = options.num_workers;
  options.stop = &watch_stop_signals();
  return options;
}

void print_results(const sweep::SweepOutcome& outcome, const Flags& flags) {
  const ReportFiles files = write_report(outcome.summary, std::nullopt, flags.out, flags.out);
  if (flags.json) {
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
  print((std::filesystem::path(flags.out) / "sweep.json").string() + "\n" + files.trials_csv.string() + "\n" +
        files.html.string() + "\n");
}

void run(const Flags& flags) {
  const config::SweepSpec spec = config::parse_sweep(read_json_file(flags.file), flags.file);
  sweep::SweepOptions options = options_of(flags);
  sweep::SweepOutcome outcome;
  {
    ProgressLine progress;
    options.on_progress = [&](const sweep::SweepProgress& state) { progress.show(progress_words(state)); };
    options.on_trial = [&](const sweep::TrialSummary& trial) {
      progress.clear();
      notice(trial_words(trial));
    };
    options.on_notice = [&](const std::string& text) {
      progress.clear();
      notice("note: " + text);
    };
    outcome = sweep::run_sweep(spec, options);
  }
  print_results(outcome, flags);
  flush_output();
  if (outcome.interrupted) throw RunError("the sweep was interrupted; the same command goes on with it");
  if (outcome.num_failed > 0)
    throw RunError(fmt::format("{} of {} trials failed; the same command runs them again", outcome.num_failed,
                               outcome.summary.trials.size()));
}

}  // namespace

void add_sweep(CLI::App& app) {
  add_command(app, "sweep", [](const Call& call) {
    run({call.text("sweep"), call.text("out"), call.text("isa"), static_cast<int>(call.integer_or("workers", 0)),
         static_cast<int>(call.integer_or("threads", 0)), call.is_on("json")});
  });
}

}  // namespace ampa::commands
