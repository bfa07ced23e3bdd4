#include "commands/sweep_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "common/error.h"
#include "kernels/kernels.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

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

sweep::SweepOptions options_of(const Call& call) {
  sweep::SweepOptions options;
  const std::string isa = call.text("isa");
  options.dir = call.text("out");
  options.num_workers = static_cast<int>(call.integer_or("workers", num_processors()));
  options.threads_per_worker =
      static_cast<int>(call.integer_or("threads", std::max(1, num_processors() / options.num_workers)));
  if (!isa.empty()) kernels::select(isa);
  options.isa = isa;
  options.program = "/proc/self/exe";  // the running command, even if its file has been replaced
  options.context = record::make_context(options.threads_per_worker);
  options.context["num_workers"] = options.num_workers;
  options.stop = &watch_stop_signals();
  return options;
}

}  // namespace

sweep::SweepOutcome run_sweep_as_called(const config::SweepSpec& spec, const Call& call) {
  sweep::SweepOptions options = options_of(call);
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
  return sweep::run_sweep(spec, options);
}

void check_outcome(const sweep::SweepOutcome& outcome) {
  if (outcome.interrupted) throw RunError("the sweep was interrupted; the same command goes on with it");
  if (outcome.num_failed > 0)
    throw RunError(fmt::format("{} of {} trials failed; the same command runs them again", outcome.num_failed,
                               outcome.summary.trials.size()));
}

}  // namespace ampa::commands
