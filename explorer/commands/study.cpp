// `ampa study`: a search over settings, and what it finds; `ampa worker`: a process that trains for one.
#include <fmt/format.h>

#include <algorithm>

#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "common/error.h"
#include "kernels/kernels.h"
#include "record/context.h"
#include "study/study_json.h"
#include "study/study_run.h"
#include "study/worker.h"

namespace ampa::commands {
namespace {

constexpr const char* kProgram = "/proc/self/exe";  // the running command, even if its file has been replaced

std::string progress_words(const study::StudyProgress& progress) {
  return fmt::format("decision {}, {} trials, {} running, {} waiting, {} elapsed", progress.num_decisions,
                     progress.num_trials, progress.num_running, std::max<std::int64_t>(0, progress.num_waiting),
                     duration_words(progress.elapsed_seconds));
}

std::string result_words(const study::RunResult& result, const study::StudySpec& spec) {
  std::string words = fmt::format("{} after {} epochs", result.trial, result.epochs);
  if (!result.ruled_out.empty()) return words + ": ruled out: " + result.ruled_out;
  for (std::size_t k = 0; k < spec.objectives.size(); ++k)
    if (result.objectives[k])
      words += fmt::format("{} {} {:.6g}", k == 0 ? ":" : ",", spec.objectives[k].words(), *result.objectives[k]);
  return words;
}

// What a decision asks for, as far as it goes.
std::int64_t jobs_at_once(const study::StudySpec& spec) {
  constexpr std::int64_t kMost = 256;
  return std::min(kMost, spec.batch * static_cast<std::int64_t>(spec.seeds.size()));
}

void run_study(const Call& call) {
  const std::string file = call.text("study"), out = call.text("out");
  const study::StudySpec spec = study::parse_study(read_json_file(file), file);
  study::StudyOptions options;
  options.dir = out;
  if (call.is_on("slurm")) options.slurm = study::SlurmOptions{call.text("sbatch")};
  options.num_workers =
      static_cast<int>(call.integer_or("workers", options.slurm ? jobs_at_once(spec) : num_processors()));
  if (options.slurm && options.num_workers == 0)
    throw InputError("--workers: expected 1 or more with --slurm, found 0");
  const int at_once = std::max(1, options.num_workers);
  options.threads_per_worker =
      static_cast<int>(call.integer_or("threads", options.slurm ? 1 : std::max(1, num_processors() / at_once)));
  options.isa = call.text("isa");
  if (!options.isa.empty()) kernels::select(options.isa);
  options.program = options.slurm ? std::filesystem::read_symlink(kProgram).string() : kProgram;
  options.context = record::make_context(options.threads_per_worker);
  options.context["num_workers"] = options.num_workers;
  options.stop = &watch_stop_signals();
  study::StudyOutcome outcome;
  {
    ProgressLine progress;
    const auto say = [&](const std::string& text) {
      progress.clear();
      notice(text);
    };
    options.on_progress = [&](const study::StudyProgress& state) { progress.show(progress_words(state)); };
    options.on_result = [&](const study::RunResult& result) { say(result_words(result, spec)); };
    options.on_notice = [&](const std::string& text) { say("note: " + text); };
    outcome = study::run_study(spec, options);
  }
  if (call.is_on("json"))
    print_json(outcome.summary);
  else
    print(study::study_words(outcome.summary) + (std::filesystem::path(out) / "study.json").string() + "\n");
  flush_output();
  if (outcome.interrupted) throw RunError("the study was interrupted; the same command goes on with it");
  if (outcome.num_failed > 0)
    throw RunError(fmt::format("{} trials failed; the same command runs them again", outcome.num_failed));
}

void run_worker(const Call& call) {
  study::WorkerOptions options;
  options.dir = call.text("dir");
  options.program = kProgram;
  const MachineFlags machine = machine_flags(call);
  options.threads = machine.apply();
  options.isa = machine.isa;
  options.idle_seconds = call.number("idle");
  options.stop = &watch_stop_signals();
  options.on_notice = [](const std::string& text) { notice("note: " + text); };
  const study::WorkerOutcome outcome = study::run_worker(options);
  notice(fmt::format("{} jobs, {} failed, {} taken over by others", outcome.num_jobs, outcome.num_failed,
                     outcome.num_lost));
  if (outcome.interrupted) throw RunError("the worker was interrupted; its job waits for another");
}

}  // namespace

void add_study(CLI::App& app) {
  add_command(app, "study", run_study);
}

void add_worker(CLI::App& app) {
  add_command(app, "worker", run_worker);
}

}  // namespace ampa::commands
