#include "sweep/run_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "common/error.h"
#include "common/folder_lock.h"
#include "sweep/plan.h"
#include "sweep/save_times.h"
#include "sweep/trial_process.h"

namespace ampa::sweep {
namespace {

using Clock = std::chrono::steady_clock;

struct RunningTrial {
  std::size_t index = 0;  // into the summary's trials
  std::int64_t first_epoch = 0;
  bool resumes = false;  // from a checkpoint
  std::unique_ptr<TrialProcess> process;
};

class SweepRun {
 public:
  SweepRun(const config::SweepSpec& spec, const SweepOptions& options);
  SweepOutcome finish();

 private:
  std::vector<TrialSummary>& trials() { return outcome_.summary.trials; }
  const std::vector<TrialSummary>& trials() const { return outcome_.summary.trials; }
  void watch_lock();
  void start_workers();
  void start(std::size_t index);
  void wait_for_workers() const;
  void collect_workers();
  void end_trial(const RunningTrial& trial, const WorkerResult& result);
  void fail(std::size_t index, const std::string& reason);
  void stop_workers();
  void save();
  void save_now_and_then();
  void report() const;
  void say(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }
  std::int64_t num_epochs(std::size_t index) const { return trials()[index].config.at("epochs").get<std::int64_t>(); }
  std::int64_t epochs_left(std::size_t index) const { return num_epochs(index) - trials()[index].num_epochs; }
  bool stopping() const { return options_.stop != nullptr && *options_.stop; }

  SweepOptions options_;
  FolderLock lock_;
  SweepOutcome outcome_;
  std::unique_ptr<TrialBook> book_;
  std::vector<std::size_t> queue_;
  std::size_t next_ = 0;
  std::vector<RunningTrial> running_;
  std::int64_t epochs_done_ = 0;    // by trials that ended in this call
  std::int64_t epochs_queued_ = 0;  // of trials that wait
  std::optional<Clock::time_point> asked_to_stop_;
  bool killed_ = false;
  SaveTimes save_times_;
  Clock::time_point next_look_ = Clock::now();
  Clock::time_point start_ = Clock::now();
};

SweepRun::SweepRun(const config::SweepSpec& spec, const SweepOptions& options) : options_(options), lock_(options.dir) {
  outcome_.summary.name = spec.name;
  outcome_.summary.context = options.context;
  outcome_.summary.config = spec.json;
  outcome_.summary.points = spec.points;
  outcome_.summary.trials = plan_trials(spec);
  book_ = std::make_unique<TrialBook>(options.dir, trials(), outcome_.summary.points,
                                      [this](const std::string& text) { say(text); });
  book_->say_strangers();
  for (std::size_t i = 0; i < trials().size(); ++i) {
    if (trials()[i].finished()) {
      ++outcome_.num_reused;
      continue;
    }
    queue_.push_back(i);
    epochs_queued_ += epochs_left(i);
  }
}

SweepOutcome SweepRun::finish() {
  save();
  while (next_ < queue_.size() || !running_.empty()) {
    watch_lock();
    if (stopping()) {
      stop_workers();
      if (running_.empty()) break;
    } else {
      start_workers();
    }
    wait_for_workers();
    collect_workers();
    report();
    save_now_and_then();
  }
  outcome_.interrupted = stopping();
  save();
  return outcome_;
}

// Throws RunError when another process writes to DIR; the workers end with this object.
void SweepRun::watch_lock() {
  if (Clock::now() >= next_look_) {
    lock_.renew();
    next_look_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(options_.watch_lock_seconds));
  }
  if (lock_.is_lost())
    throw RunError(fmt::format("{}: another process has taken the directory over", options_.dir.string()));
}

void SweepRun::start_workers() {
  while (running_.size() < static_cast<std::size_t>(options_.num_workers) && next_ < queue_.size() && !stopping()) {
    const std::size_t index = queue_[next_++];
    epochs_queued_ -= epochs_left(index);
    try {
      start(index);
    } catch (const Error& error) {
      fail(index, error.what());
    }
  }
}

void SweepRun::start(std::size_t index) {
  RunningTrial trial;
  trial.index = index;
  trial.resumes = book_->prepare(index);
  trial.first_epoch = trials()[index].num_epochs;
  const std::filesystem::path folder = book_->folder(index);
  TrainerOptions trainer;
  trainer.program = options_.program;
  trainer.isa = options_.isa;
  trainer.threads = options_.threads_per_worker;
  trial.process = std::make_unique<TrialProcess>(trainer, folder / "config.json", folder);
  running_.push_back(std::move(trial));
}

void SweepRun::wait_for_workers() const {
  std::vector<const WorkerProcess*> processes;
  for (const RunningTrial& trial : running_) processes.push_back(&trial.process->process());
  if (!processes.empty()) WorkerProcess::wait_for_any(processes, std::chrono::milliseconds(50));
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
  const TrialSummary& trial = trials()[ended.index];
  std::string said;
  try {
    book_->take(ended.index);
  } catch (const Error& damage) {
    said = damage.what();
  }
  epochs_done_ += trial.num_epochs - ended.first_epoch;
  if (said.empty()) said = ended.process->last_error();
  if (trial.finished()) {
    ++outcome_.num_run;
    if (options_.on_trial) options_.on_trial(trial);
  } else if (asked_to_stop_) {
    if (options_.on_trial) options_.on_trial(trial);
  } else if (ended.resumes && TrialProcess::refused_input(result)) {
    try {
      book_->start_over(ended.index, said);
      queue_.push_back(ended.index);
      epochs_queued_ += epochs_left(ended.index);
    } catch (const Error& error) {
      fail(ended.index, error.what());
    }
  } else {
    fail(ended.index, said.empty() ? result.words() : fmt::format("{}: {}", result.words(), said));
  }
}

void SweepRun::fail(std::size_t index, const std::string& reason) {
  TrialSummary& trial = trials()[index];
  trial.status = "failed";
  trial.reason = reason;
  ++outcome_.num_failed;
  if (options_.on_trial) options_.on_trial(trial);
}

void SweepRun::stop_workers() {
  if (!asked_to_stop_) {
    asked_to_stop_ = Clock::now();
    for (RunningTrial& trial : running_) trial.process->terminate();
  } else if (!killed_ && Clock::now() - *asked_to_stop_ > std::chrono::duration<double>(options_.grace_seconds)) {
    killed_ = true;
    for (RunningTrial& trial : running_) {
      say(fmt::format("trial {}: did not stop within {} s and is killed; the same command goes on with it",
                      trials()[trial.index].id, options_.grace_seconds));
      trial.process->kill();
    }
  }
}

void SweepRun::save() {
  const Clock::time_point begin = Clock::now();
  outcome_.summary.settings = summarise_settings(trials());
  write_json_file(options_.dir / "sweep.json", to_json(outcome_.summary));
  save_times_.saved(begin, Clock::now());
}

void SweepRun::save_now_and_then() {
  if (!save_times_.is_due(Clock::now())) return;
  try {
    save();
  } catch (const RunError& error) {  // the trials go on; the end tries again
    say(error.what());
    save_times_.saved(Clock::now(), Clock::now());
  }
}

void SweepRun::report() const {
  if (!options_.on_progress) return;
  SweepProgress progress;
  std::int64_t done = epochs_done_, left = epochs_queued_;
  progress.num_trials = static_cast<std::int64_t>(trials().size());
  progress.num_running = static_cast<std::int64_t>(running_.size());
  progress.num_failed = outcome_.num_failed;
  progress.num_finished = outcome_.num_reused + outcome_.num_run;
  for (const RunningTrial& trial : running_) {
    const std::int64_t epoch = std::max(trial.first_epoch, trial.process->last_epoch());
    done += epoch - trial.first_epoch;
    left += num_epochs(trial.index) - epoch;
  }
  progress.elapsed_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (done > 0)
    progress.remaining_seconds = progress.elapsed_seconds * static_cast<double>(left) / static_cast<double>(done);
  options_.on_progress(progress);
}

}  // namespace

SweepOutcome run_sweep(const config::SweepSpec& spec, const SweepOptions& options) {
  return SweepRun(spec, options).finish();
}

}  // namespace ampa::sweep
