#include "sweep/run_sweep.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "common/error.h"
#include "sweep/directory_lock.h"
#include "sweep/reduction_range.h"
#include "sweep/trial_log.h"
#include "sweep/worker_process.h"

namespace ampa::sweep {
namespace {

using Clock = std::chrono::steady_clock;

struct RunningTrial {
  std::size_t index = 0;  // into the summary's trials
  std::int64_t first_epoch = 0;
  std::unique_ptr<WorkerProcess> process;
};

class SweepRun {
 public:
  SweepRun(const config::SweepSpec& spec, const SweepOptions& options);
  SweepOutcome finish();

 private:
  std::filesystem::path folder(std::size_t index) const { return trial_dir(options_.dir, trials()[index].id); }
  std::vector<TrialSummary>& trials() { return outcome_.summary.trials; }
  const std::vector<TrialSummary>& trials() const { return outcome_.summary.trials; }
  void take_record(std::size_t index);
  void start_workers();
  void wait_for_workers() const;
  void collect_workers();
  void end_trial(const RunningTrial& trial, const WorkerResult& result);
  void stop_workers();
  void save();
  void report();
  std::int64_t num_epochs(std::size_t index) const { return spec_.trials[index].config.epochs; }
  bool stopping() const { return options_.stop != nullptr && *options_.stop; }

  const config::SweepSpec& spec_;
  SweepOptions options_;
  DirectoryLock lock_;
  SweepOutcome outcome_;
  std::vector<std::size_t> queue_;
  std::size_t next_ = 0;
  std::vector<RunningTrial> running_;
  std::int64_t epochs_done_ = 0;  // by trials that ended in this call
  bool asked_to_stop_ = false;
  Clock::time_point start_ = Clock::now();
};

SweepRun::SweepRun(const config::SweepSpec& spec, const SweepOptions& options)
    : spec_(spec), options_(options), lock_(options.dir) {
  outcome_.summary.name = spec.name;
  outcome_.summary.context = options.context;
  outcome_.summary.config = spec.json;
  outcome_.summary.points = spec.points;
  NetworkCache networks;
  for (const config::Trial& trial : spec.trials)
    trials().push_back(
        pending_trial(trial, estimated_range(trial.config, bitops::layer_costs(networks.network(trial.config)))));
  for (std::size_t i = 0; i < trials().size(); ++i) {
    take_record(i);
    if (trials()[i].finished())
      ++outcome_.num_reused;
    else
      queue_.push_back(i);
  }
}

void SweepRun::take_record(std::size_t index) {
  const std::filesystem::path path = folder(index) / "record.json";
  if (!std::filesystem::exists(path)) return;
  const record::RunRecord record = record::read_record(path);
  if (record.config != trials()[index].config)
    throw InputError(fmt::format("{}: config: expected the configuration of trial {}, found another", path.string(),
                                 trials()[index].id));
  add_record(trials()[index], record, spec_.points, path.string());
}

SweepOutcome SweepRun::finish() {
  save();
  while (next_ < queue_.size() || !running_.empty()) {
    if (stopping()) {
      stop_workers();
      if (running_.empty()) break;
    } else {
      start_workers();
    }
    wait_for_workers();
    collect_workers();
    report();
  }
  outcome_.interrupted = stopping();
  save();
  return outcome_;
}

void SweepRun::start_workers() {
  while (running_.size() < static_cast<std::size_t>(options_.num_workers) && next_ < queue_.size()) {
    const std::size_t index = queue_[next_++];
    write_json_file(folder(index) / "config.json", trials()[index].config);
    std::vector<std::string> command = {
        options_.program,       "train",    "--config",  (folder(index) / "config.json").string(),   "--out",
        folder(index).string(), "--resume", "--threads", std::to_string(options_.threads_per_worker)};
    if (!options_.isa.empty()) command.insert(command.end(), {"--isa", options_.isa});
    RunningTrial trial;
    trial.index = index;
    trial.first_epoch = trials()[index].num_epochs;
    trial.process = std::make_unique<WorkerProcess>(command, folder(index) / "log.txt");
    running_.push_back(std::move(trial));
  }
}

void SweepRun::wait_for_workers() const {
  std::vector<const WorkerProcess*> processes;
  for (const RunningTrial& trial : running_) processes.push_back(trial.process.get());
  WorkerProcess::wait_for_any(processes, std::chrono::milliseconds(50));
}

void SweepRun::collect_workers() {
  for (std::size_t i = 0; i < running_.size();) {
    const std::optional<WorkerResult> result = running_[i].process->poll();
    if (!result) {
      ++i;
      continue;
    }
    const RunningTrial trial = std::move(running_[i]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    end_trial(trial, *result);
  }
}

void SweepRun::end_trial(const RunningTrial& ended, const WorkerResult& result) {
  TrialSummary& trial = trials()[ended.index];
  std::string damage;
  try {
    take_record(ended.index);
  } catch (const InputError& error) {
    damage = error.what();
  }
  epochs_done_ += trial.num_epochs - ended.first_epoch;
  if (trial.finished()) {
    ++outcome_.num_run;
  } else if (!asked_to_stop_) {
    trial.status = "failed";
    const std::string said = damage.empty() ? last_error(folder(ended.index) / "log.txt") : damage;
    trial.reason = said.empty() ? result.words() : fmt::format("{}: {}", result.words(), said);
    ++outcome_.num_failed;
  }
  if (options_.on_trial) options_.on_trial(trial);
  save();
}

void SweepRun::stop_workers() {
  if (asked_to_stop_) return;
  asked_to_stop_ = true;
  for (RunningTrial& trial : running_) trial.process->terminate();
}

void SweepRun::save() {
  outcome_.summary.settings = summarise_settings(trials());
  write_json_file(options_.dir / "sweep.json", to_json(outcome_.summary));
}

void SweepRun::report() {
  if (!options_.on_progress) return;
  SweepProgress progress;
  std::int64_t done = epochs_done_, left = 0;
  progress.num_trials = static_cast<std::int64_t>(trials().size());
  progress.num_running = static_cast<std::int64_t>(running_.size());
  progress.num_failed = outcome_.num_failed;
  for (const TrialSummary& trial : trials()) progress.num_finished += trial.finished() ? 1 : 0;
  for (const RunningTrial& trial : running_) {
    const std::int64_t epoch = std::max(trial.first_epoch, last_epoch(folder(trial.index) / "log.txt"));
    done += epoch - trial.first_epoch;
    left += num_epochs(trial.index) - epoch;
  }
  for (std::size_t i = next_; i < queue_.size(); ++i) left += num_epochs(queue_[i]) - trials()[queue_[i]].num_epochs;
  progress.elapsed_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (done > 0)
    progress.remaining_seconds = progress.elapsed_seconds * static_cast<double>(left) / static_cast<double>(done);
  options_.on_progress(progress);
}

}  // namespace

std::filesystem::path trial_dir(const std::filesystem::path& dir, const std::string& id) {
  return dir / "trials" / id;
}

SweepOutcome run_sweep(const config::SweepSpec& spec, const SweepOptions& options) {
  return SweepRun(spec, options).finish();
}

}  // namespace ampa::sweep
