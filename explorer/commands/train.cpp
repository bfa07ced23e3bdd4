// `ampa train`: one training run and its record.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "commands/backends.h"
#include "commands/commands.h"
#include "commands/cycle_counter.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "commands/train_flags.h"
#include "common/error.h"
#include "common/folder_lock.h"
#include "config/sweep_spec.h"
#include "objectives/objective.h"
#include "sweep/trial_log.h"
#include "train/trainer.h"

namespace ampa::commands {
namespace {

// How long to wait for a process that is being ended to let go of the directory.
constexpr double kLockPatienceSeconds = 5;

struct Flags {
  train::TrainConfig config;
  MachineFlags machine;
  CoreFlags core;
  std::string out, backend, point;
  train::PauseRule pause;
  bool resume, overwrite, json;
};

// Says on stderr what is going to be trained, and after some seconds how long it will take.
class StartPrinter {
 public:
  StartPrinter(const train::TrainConfig& config, std::string out) : config_(config), out_(std::move(out)) {}

  void operator()(const train::RunStart& start) {
    const std::int64_t epochs = config_.epochs - start.num_epochs_done;
    num_steps_ = epochs * start.steps_per_epoch;
    const std::string after = start.num_epochs_done > 0 ? fmt::format(" after the {} done", start.num_epochs_done) : "";
    const std::string held_out = start.num_held_out > 0 ? fmt::format(", {} to validate", start.num_held_out) : "";
    notice(fmt::format("trains {} ({} quantized layers) on {} ({} {}{}, {} to test), {}, seed {}", config_.network,
                       start.num_quantized_layers, config_.dataset, start.num_train, start.samples, held_out,
                       start.num_test, config::setting_label(config_), config_.seed));
    const std::string kept = out_.empty() ? "nothing is kept (--out DIR keeps the record and the weights)"
                                          : "kept in " + out_ + (config_.epochs > 0 ? " after every epoch" : "");
    if (config_.epochs == 0)
      notice("no epochs: the initial weights are the result; " + kept);
    else
      notice(fmt::format("{} epochs{} of {} steps of {} {}: {} steps; {}", epochs, after, start.steps_per_epoch,
                         config_.batch_size, start.samples, num_steps_, kept));
    start_ = Clock::now();
  }

  void step(std::int64_t num_steps) {
    if (said_) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    if (elapsed < kSecondsToMeasure) return;
    said_ = true;
    notice(fmt::format("about {} by the first {} steps, the tests of each epoch not counted",
                       duration_words(elapsed / static_cast<double>(num_steps) * static_cast<double>(num_steps_)),
                       num_steps));
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double kSecondsToMeasure = 5;
  const train::TrainConfig& config_;
  std::string out_;
  std::int64_t num_steps_ = 0;
  bool said_ = false;
  Clock::time_point start_ = Clock::now();
};

// One line on stderr after every epoch, with an estimate of the time that is left.
class EpochPrinter {
 public:
  EpochPrinter(std::int64_t num_epochs, Metric metric) : num_epochs_(num_epochs), metric_(std::move(metric)) {}

  void operator()(const record::EpochResult& epoch) {
    const std::int64_t finished = epoch.epoch + 1;
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    const double left = elapsed / static_cast<double>(++num_seen_) * static_cast<double>(num_epochs_ - finished);
    const std::string validated = epoch.validation_metric ? fmt::format("  validation {} {}", metric_.name,
                                                                        metric_words(metric_, *epoch.validation_metric))
                                                          : "";
    notice(fmt::format("{}  training loss {:.4f}{}  test {} {}  {:.1f} s an epoch  {} left",
                       sweep::epoch_words(finished, num_epochs_), epoch.train_loss, validated, metric_.name,
                       metric_words(metric_, epoch.test_metric), elapsed / static_cast<double>(num_seen_),
                       duration_words(left)));
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t num_epochs_;
  Metric metric_;
  std::int64_t num_seen_ = 0;
  Clock::time_point start_ = Clock::now();
};

train::PauseRule pause_rule(const Call& call) {
  train::PauseRule rule;
  rule.until_epoch = call.integer_or("until_epoch", 0);
  rule.min_rr_percent = call.number_if_given("stop_below_rr");
  return rule;
}

void check_unused(const Flags& flags) {
  if (flags.out.empty() || flags.resume || flags.overwrite) return;
  for (const char* name : {"record.json", "checkpoint.bin"}) {
    const std::filesystem::path file = std::filesystem::path(flags.out) / name;
    if (std::filesystem::exists(file))
      throw InputError(fmt::format("--out: expected a directory without a run (or --resume, or --overwrite), found {}",
                                   file.string()));
  }
}

void print_summary(const record::RunRecord& record, const std::string& out) {
  print(fmt::format("{}: {} of {} epochs\n", record::to_string(record.status), record.epochs.size(),
                    record.config.at("epochs").dump()));
  if (!record.epochs.empty())
    print(fmt::format("test {} {}, training loss {:.4f}\n", record.metric.name,
                      metric_words(record.metric, record.epochs.back().test_metric), record.epochs.back().train_loss));
  if (!record.status_reason.empty()) print(record.status_reason + "\n");
  if (record.bitops_reduction_percent) print(fmt::format("RR {:.2f} %\n", *record.bitops_reduction_percent));
  if (!out.empty()) print((std::filesystem::path(out) / "record.json").string() + "\n");
}

std::string cycles_words(const CycleCounter& counter) {
  return fmt::format("{}: {} jobs, {}", counter.name(), counter.num_jobs(), to_words(counter.total()));
}

void run(const Flags& flags) {
  const train::TrainConfig& config = flags.config;
  ThreadPool threads(flags.machine.apply());
  const std::unique_ptr<gemm::Backend> backend = make_backend(flags.backend, flags.point, flags.core, threads);
  CycleCounter counter(*backend);
  std::unique_ptr<FolderLock> lock;
  if (!flags.out.empty()) lock = std::make_unique<FolderLock>(flags.out, kLockPatienceSeconds);
  check_unused(flags);

  train::TrainOptions options;
  options.out_dir = flags.out;
  options.resume = flags.resume;
  options.pause = flags.pause;
  if (flags.backend != "cpu") options.backend = &counter;
  options.threads = &threads;
  options.stop = &watch_stop_signals();
  StartPrinter start(config, flags.out);
  options.on_start = [&](const train::RunStart& run) { start(run); };
  options.on_step = [&](std::int64_t num_steps) { start.step(num_steps); };
  options.on_epoch =
      EpochPrinter(config.epochs, objectives::make_objective(config.objective, config.options)->metric());
  options.on_notice = [](const std::string& text) { notice("note: " + text); };
  const record::RunRecord record = train::train(config, options);
  if (flags.json)
    print_json(record::to_json(record));
  else
    print_summary(record, flags.out);
  if (counter.num_jobs() > 0) notice(cycles_words(counter));
  flush_output();
  if (record.status == record::Status::kDiverged) throw RunError("the run diverged: " + record.status_reason);
  if (record.status == record::Status::kInterrupted)
    throw RunError(flags.out.empty() ? "the run was interrupted"
                                     : "the run was interrupted; the same command with --resume goes on");
}

}  // namespace

void add_train(CLI::App& app) {
  add_command(app, "train", [](const Call& call) {
    run({training_settings(call).config, machine_flags(call), core_flags(call), call.text("out"), call.text("backend"),
         call.text("point"), pause_rule(call), call.is_on("resume"), call.is_on("overwrite"), call.is_on("json")});
  });
}

}  // namespace ampa::commands
