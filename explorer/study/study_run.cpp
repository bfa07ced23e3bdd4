#include "study/study_run.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "common/error.h"
#include "common/folder_lock.h"
#include "study/index_db.h"
#include "study/job_queue.h"
#include "study/local_workers.h"
#include "study/other_identity.h"
#include "study/study_json.h"
#include "study/trial_shelf.h"
#include "sweep/save_times.h"

namespace ampa::study {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kLookForDead{2}, kLookAtLock{10};
constexpr int kMaxAttempts = 3;
constexpr const char* kNever = "1000000000";  // seconds for which a worker of our own waits for a job
constexpr const char* kAWhile = "60";         // and one that holds processors of a cluster

std::vector<std::string> worker_command(const StudyOptions& options) {
  std::vector<std::string> command = {
      options.program,
      "worker",
      options.slurm ? std::filesystem::absolute(options.dir).string() : options.dir.string(),
      "--threads",
      std::to_string(options.threads_per_worker),
      "--idle",
      options.slurm ? kAWhile : kNever};
  if (!options.isa.empty()) command.insert(command.end(), {"--isa", options.isa});
  return command;
}

std::unique_ptr<WorkerPool> make_pool(const StudyOptions& options) {
  if (options.slurm)
    return std::make_unique<SlurmWorkers>(worker_command(options), options.dir, options.num_workers,
                                          options.threads_per_worker, *options.slurm);
  return std::make_unique<LocalWorkers>(worker_command(options), options.dir / "queue" / "logs", options.num_workers);
}

class StudyRun {
 public:
  StudyRun(const StudySpec& spec, const StudyOptions& options)
      : spec_(spec),
        options_(options),
        lock_(options.dir),
        lattice_(make_lattice(spec)),
        engine_(spec, lattice_),
        log_(options.dir / "decisions.jsonl"),
        shelf_(spec, lattice_, options.dir, [this](const std::string& text) { say(text); }),
        board_(options.dir),
        workers_(make_pool(options)),
        spent_before_(read_clock()) {
    index([&] { index_ = std::make_unique<IndexDb>(options.dir / "index.sqlite", spec, lattice_); });
  }

  StudyOutcome finish() {
    save();
    try {
      while (decide()) {
      }
      if (!outcome_.interrupted && outcome_.num_failed == 0) board_.close();
      stop_workers();
    } catch (...) {
      workers_->kill();
      throw;
    }
    save();
    return outcome_;
  }

 private:
  struct Outstanding {
    Job job;
    std::int64_t number = 0;  // in the queue
    int num_failures = 0;
  };

  // False when the study is over, for now or for good.
  bool decide() {
    const Decision decision = next_decision();
    index([&] { index_->add(decision); });
    if (!decision.end.empty()) {
      end_ = decision.end;
      return false;
    }
    for (const Job& job : decision.jobs) ask_for(job);
    wait_for_results();
    index([&] { index_->add(results_); });
    results_.clear();
    return outstanding_.empty() && !outcome_.interrupted && outcome_.num_failed == 0;
  }

  // What the index cannot take is no reason to end: it can be made again.
  template <typename Write>
  void index(const Write& write) {
    if (!is_indexed_) return;
    try {
      write();
    } catch (const RunError& error) {
      say(fmt::format("{}; the study goes on without an index", error.what()));
      is_indexed_ = false;
    }
  }

  // As it was stored, or a new one, which is stored before anything of it runs.
  Decision next_decision() {
    const std::size_t number = num_decisions_++;
    const bool is_stored = number < log_.size();
    const bool was_over = is_stored && log_.at(number).value("time_is_over", false);
    const bool is_over = spec_.budget.seconds && spent() >= *spec_.budget.seconds;
    const Decision decision = engine_.decide(is_stored ? was_over && is_over : is_over);
    if (is_stored && log_.at(number) == to_json(decision)) return decision;
    if (is_stored) {
      const std::string differing = other_identity(log_.at(number), decision, lattice_, options_.dir);
      say(fmt::format("decisions.jsonl: decision {} is another one now, {}; it and those after it are made anew",
                      number,
                      differing.empty() ? "as the study's file or a record changed"
                                        : fmt::format("of runs that differ from those in {} by {}",
                                                      (options_.dir / "trials").string(), differing)));
      log_.drop_from(number);
    }
    log_.append(decision);
    return decision;
  }

  void ask_for(const Job& job) {
    if (const std::optional<RunResult> known = shelf_.result_of(job)) {
      ++outcome_.num_reused;
      return take(*known);
    }
    try {
      shelf_.prepare(job);
      put(outstanding_[job.trial] = {job, num_jobs_++, 0}, 0);
    } catch (const Error& error) {
      fail(job, error.what());
    }
  }

  void put(const Outstanding& waiting, int attempt) {
    QueuedJob queued;
    queued.number = waiting.number;
    queued.attempt = attempt;
    queued.trial = waiting.job.trial;
    if (waiting.job.until_epoch < spec_.epochs()) queued.until_epoch = waiting.job.until_epoch;
    if (waiting.job.why == "asked" || waiting.job.why == "promoted") queued.stop_below_rr = spec_.min_rr();
    board_.put(queued);
  }

  void wait_for_results() {
    while (!outstanding_.empty()) {
      watch_lock();
      if (options_.stop != nullptr && *options_.stop) {
        outcome_.interrupted = true;
        return;
      }
      workers_->keep_running(
          {static_cast<int>(outstanding_.size()), std::exchange(has_ended_, false) || board_.num_running() > 0},
          [this](const std::string& text) { say(text); });
      workers_->wait(kLook);
      for (const EndedJob& ended : board_.take_ended()) {
        has_ended_ = true;
        end(ended);
      }
      look_for_dead();
      report();
      save_now_and_then();
    }
  }

  void end(const EndedJob& ended) {
    const auto found = outstanding_.find(ended.trial);
    if (found == outstanding_.end() || found->second.number != ended.number) return;  // of an earlier attempt
    Outstanding& waiting = found->second;
    const Job job = waiting.job;
    std::string words = ended.words;
    if (!ended.failed) {
      shelf_.take(job);
      if (const std::optional<RunResult> result = shelf_.result_of(job)) {
        outstanding_.erase(found);
        ++outcome_.num_run;
        take(*result);
        if (options_.on_result) options_.on_result(*result);
        return;
      }
      words = "its record holds no result";
    }
    if (++waiting.num_failures < kMaxAttempts) {
      say(fmt::format("trial {}: {} ({}); it is tried again", job.trial, words, ended.worker));
      waiting.number = num_jobs_++;
      shelf_.prepare(job);
      return put(waiting, 0);
    }
    outstanding_.erase(found);
    fail(job, words);
  }

  void take(const RunResult& result) {
    engine_.add(result);
    results_.push_back(result);
  }

  void fail(const Job& job, const std::string& words) {
    ++outcome_.num_failed;
    say(fmt::format("trial {}: failed: {}", job.trial, words));
  }

  void look_for_dead() {
    if (Clock::now() < next_look_for_dead_) return;
    next_look_for_dead_ = Clock::now() + kLookForDead;
    for (const LostClaim& lost : board_.put_back_dead())
      say(fmt::format("trial {}: its worker {} {}; another one goes on with it", trial_of(lost.number), lost.worker,
                      lost.is_dead ? "died" : "gave no sign of life for a minute"));
  }

  std::string trial_of(std::int64_t number) const {
    for (const auto& [trial, waiting] : outstanding_)
      if (waiting.number == number) return trial;
    return "of an earlier call";
  }

  void watch_lock() {
    if (Clock::now() >= next_look_at_lock_) {
      lock_.renew();
      next_look_at_lock_ = Clock::now() + kLookAtLock;
    }
    if (lock_.is_lost())
      throw RunError(fmt::format("{}: another process has taken the directory over", options_.dir.string()));
  }

  // They give their jobs back, or find that the study is over.
  void stop_workers() {
    workers_->terminate(!end_.empty());
    const Clock::time_point deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                          std::chrono::duration<double>(options_.grace_seconds));
    while (workers_->are_running() && Clock::now() < deadline) workers_->wait(kLook);
    if (workers_->are_running()) workers_->kill();
  }

  double spent() const { return spent_before_ + std::chrono::duration<double>(Clock::now() - start_).count(); }

  double read_clock() const {
    const std::filesystem::path path = options_.dir / "clock.json";
    if (!std::filesystem::exists(path)) return 0;
    const Json json = read_json_file(path);
    JsonReader reader(json, path.string());
    const double seconds = reader.number("spent_seconds", {0, 1e12});
    reader.finish();
    return seconds;
  }

  void save() {
    const Clock::time_point begin = Clock::now();
    outcome_.summary = study_json({spec_, lattice_, engine_, shelf_.trials(), num_decisions_, end_, options_.context});
    write_json_file(options_.dir / "study.json", outcome_.summary);
    write_json_file(options_.dir / "clock.json", {{"spent_seconds", spent()}});
    save_times_.saved(begin, Clock::now());
  }

  void save_now_and_then() {
    if (!save_times_.is_due(Clock::now())) return;
    try {
      save();
    } catch (const RunError& error) {  // the trials go on; the end tries again
      say(error.what());
      save_times_.saved(Clock::now(), Clock::now());
    }
  }

  void report() const {
    if (!options_.on_progress) return;
    StudyProgress progress;
    progress.num_decisions = static_cast<std::int64_t>(num_decisions_);
    progress.num_trials = static_cast<std::int64_t>(shelf_.trials().size());
    progress.num_running = board_.num_running();
    progress.num_waiting = static_cast<std::int64_t>(outstanding_.size()) - progress.num_running;
    progress.elapsed_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    options_.on_progress(progress);
  }

  void say(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }

  const StudySpec& spec_;
  const StudyOptions& options_;
  FolderLock lock_;
  Lattice lattice_;
  Engine engine_;
  DecisionLog log_;
  TrialShelf shelf_;
  JobBoard board_;
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<IndexDb> index_;
  bool is_indexed_ = true, has_ended_ = false;
  double spent_before_;
  StudyOutcome outcome_;
  std::string end_;
  std::size_t num_decisions_ = 0;
  std::int64_t num_jobs_ = 0;
  std::map<std::string, Outstanding> outstanding_;  // by trial
  std::vector<RunResult> results_;                  // that the index does not hold yet
  sweep::SaveTimes save_times_;
  Clock::time_point start_ = Clock::now(), next_look_for_dead_ = Clock::now(), next_look_at_lock_ = Clock::now();
};

}  // namespace

StudyOutcome run_study(const StudySpec& spec, const StudyOptions& options) {
  return StudyRun(spec, options).finish();
}

}  // namespace ampa::study
