#include "study/worker.h"

#include <fmt/format.h>

#include <optional>
#include <thread>

#include "common/error.h"
#include "study/attempt.h"
#include "study/job_queue.h"
#include "sweep/trial_book.h"
#include "sweep/trial_process.h"

namespace ampa::study {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{50}, kLongestLook{1000};

std::chrono::duration<double> seconds(double count) {
  return std::chrono::duration<double>(count);
}

class Worker {
 public:
  explicit Worker(const WorkerOptions& options) : options_(options), claims_(options.dir) {}

  WorkerOutcome run() {
    Clock::time_point idle_since = Clock::now();
    std::chrono::milliseconds look = kLook;
    while (!stopping()) {
      const std::optional<QueuedJob> job = claims_.claim();
      if (job) {
        run_job(*job);
        idle_since = Clock::now();
        look = kLook;
        continue;
      }
      if (claims_.is_over() || Clock::now() - idle_since > seconds(options_.idle_seconds)) break;
      std::this_thread::sleep_for(look);
      look = std::min(look * 2, kLongestLook);
    }
    outcome_.interrupted = stopping();
    return outcome_;
  }

 private:
  enum class End { kPublished, kFailed, kLost, kStopped };

  bool stopping() const { return options_.stop != nullptr && *options_.stop; }
  void say(const std::string& text) const {
    if (options_.on_notice) options_.on_notice(text);
  }

  void run_job(const QueuedJob& job) {
    ++outcome_.num_jobs;
    std::string words;
    try {
      switch (attempt(job, words)) {
        case End::kPublished:
          return claims_.end(job, false, words);
        case End::kStopped:
          return claims_.give_back(job);
        case End::kLost:
          ++outcome_.num_lost;
          return say(fmt::format("trial {}: taken over by another worker", job.trial));
        case End::kFailed:
          break;
      }
    } catch (const Error& error) {
      words = error.what();
    }
    ++outcome_.num_failed;
    say(fmt::format("trial {}: {}", job.trial, words));
    claims_.end(job, true, words);
  }

  End attempt(const QueuedJob& job, std::string& words) {
    const std::filesystem::path folder = sweep::trial_dir(options_.dir, job.trial);
    Attempt attempt(folder, claims_.claim_name(job));
    sweep::TrainerOptions trainer;
    trainer.program = options_.program;
    trainer.isa = options_.isa;
    trainer.threads = options_.threads;
    trainer.until_epoch = job.until_epoch;
    trainer.stop_below_rr = job.stop_below_rr;
    for (;;) {
      sweep::TrialProcess process(trainer, folder / "config.json", attempt.folder());
      const std::optional<sweep::WorkerResult> result = wait(process, job);
      if (!result || !claims_.renew(job)) {
        attempt.remove();
        return End::kLost;
      }
      if (stopping()) return End::kStopped;  // the attempt's checkpoint serves the next one
      if (result->signal == 0 && result->exit_code == 0) break;
      words = process.last_error();
      if (words.rfind("the run diverged", 0) == 0) break;
      words = words.empty() ? result->words() : fmt::format("{}: {}", result->words(), words);
      if (!attempt.has_checkpoint() || !sweep::TrialProcess::refused_input(*result)) {
        attempt.remove();
        return End::kFailed;
      }
      say(fmt::format("trial {}: {}; it is repeated from the start", job.trial, words));
      attempt.start_over();
    }
    attempt.publish();
    return End::kPublished;
  }

  // None if the claim was taken away.
  std::optional<sweep::WorkerResult> wait(sweep::TrialProcess& process, const QueuedJob& job) const {
    Clock::time_point next_sign =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(seconds(options_.renew_seconds));
    std::optional<Clock::time_point> asked_to_stop;
    for (;;) {
      if (const std::optional<sweep::WorkerResult> result = process.poll()) return result;
      if (Clock::now() >= next_sign) {
        if (!claims_.renew(job)) return std::nullopt;  // the process ends with its object
        next_sign = Clock::now() + std::chrono::duration_cast<Clock::duration>(seconds(options_.renew_seconds));
      }
      if (stopping() && !asked_to_stop) {
        asked_to_stop = Clock::now();
        process.terminate();
      }
      if (asked_to_stop && Clock::now() - *asked_to_stop > seconds(options_.grace_seconds)) process.kill();
      sweep::WorkerProcess::wait_for_any({&process.process()}, kLook);
    }
  }

  const WorkerOptions& options_;
  JobClaims claims_;
  WorkerOutcome outcome_;
};

}  // namespace

WorkerOutcome run_worker(const WorkerOptions& options) {
  std::error_code code;
  if (!std::filesystem::is_directory(options.dir / "queue", code))
    throw InputError(fmt::format("{}: expected the folder of a study (ampa study FILE --out DIR), found none",
                                 options.dir.string()));
  WorkerOptions from_home = options;
  from_home.dir = std::filesystem::absolute(options.dir);
  std::filesystem::current_path(JobQueue(from_home.dir).working_directory(), code);
  if (code)
    throw InputError(fmt::format("{}: working_directory: expected a folder that is here too: {}",
                                 (options.dir / "queue/home.json").string(), code.message()));
  return Worker(from_home).run();
}

}  // namespace ampa::study
