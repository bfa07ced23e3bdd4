// The jobs of a study between its coordinator and any number of workers, on a file system that they share.
//
//   DIR/queue/waiting/000017.0                    a job, put there whole by the coordinator
//   DIR/queue/running/000017.0.node7-4711-20259   claimed: renamed by a worker, which renews its time
//   DIR/queue/ended/000017.0                      how it ended, put there whole by the worker
//   DIR/queue/workers/node7-4711-20259            which process that is
//   DIR/queue/over                                the study has ended: workers end too
//
// A rename succeeds for one of those who try, so that each claim is one worker's. The number behind the dot is the
// attempt: a job whose worker died goes back as the next one, and a worker that was only silent finds its claim gone.
// No file is locked.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "common/process_identity.h"

namespace ampa::study {

struct QueuedJob {
  std::int64_t number = 0;  // over the whole study; one of a smaller number is claimed first
  int attempt = 0;          // from 0
  std::string trial;        // its id
  std::optional<std::int64_t> until_epoch;
  std::optional<double> stop_below_rr;
  std::string name() const;  // "000017.0"
};

struct EndedJob {
  std::int64_t number = 0;
  int attempt = 0;
  std::string trial;
  bool failed = false;
  std::string words;   // why
  std::string worker;  // who ran it
};

// A claim that was taken away.
struct LostClaim {
  std::int64_t number = 0;
  std::string worker;
  bool is_dead = false;  // else it was silent for too long
};

// What both sides know of the folders.
class JobQueue {
 public:
  static constexpr std::chrono::seconds kSilence{60};  // without a sign of life a worker counts as dead

  // Throws RunError if the folders cannot be made.
  explicit JobQueue(const std::filesystem::path& study_dir);

  const std::filesystem::path& dir() const { return dir_; }
  bool is_over() const;
  // In which the coordinator was started: paths in configurations are from there. Throws InputError.
  std::filesystem::path working_directory() const;

 protected:
  std::filesystem::path waiting() const { return dir_ / "waiting"; }
  std::filesystem::path running() const { return dir_ / "running"; }
  std::filesystem::path ended() const { return dir_ / "ended"; }
  std::filesystem::path workers() const { return dir_ / "workers"; }

  std::filesystem::path dir_;
};

// The coordinator's side: one process, which holds the lock of the study's folder.
class JobBoard : public JobQueue {
 public:
  // What an earlier coordinator left waiting or ended is forgotten; what runs still runs on, and its claims are taken
  // away: nobody waits for them.
  explicit JobBoard(const std::filesystem::path& study_dir);

  void put(const QueuedJob& job);
  std::vector<EndedJob> take_ended();

  // Jobs whose workers died or have been silent for long go back to wait, as the next attempt. Returns these.
  std::vector<LostClaim> put_back_dead(std::chrono::seconds silence = kSilence);

  int num_running() const;
  void close();  // workers end when they have nothing to do
  void open();

 private:
  bool is_dead(const std::string& worker);
  std::int64_t now();  // by the clock of the file system
};

// A worker's side.
class JobClaims : public JobQueue {
 public:
  explicit JobClaims(const std::filesystem::path& study_dir);
  ~JobClaims();
  JobClaims(const JobClaims&) = delete;
  JobClaims& operator=(const JobClaims&) = delete;

  // The waiting job of the smallest number that nobody else takes; none if there is none.
  std::optional<QueuedJob> claim();

  // Unlike that of any other claim: "000017.0.node7-4711-20259-0".
  std::string claim_name(const QueuedJob& job) const;

  // Renews the claim. False if it was taken away: what was done for it must not be published.
  bool renew(const QueuedJob& job) const;

  // Ends the claim, with what came of it.
  void end(const QueuedJob& job, bool failed, const std::string& words);

  // Lets another worker go on with it.
  void give_back(const QueuedJob& job);

 private:
  std::filesystem::path claim_path(const QueuedJob& job) const;

  std::string name_;
};

}  // namespace ampa::study
