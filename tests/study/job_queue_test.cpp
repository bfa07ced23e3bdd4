#include "study/job_queue.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "../explorer/scratch.h"

namespace ampa::study {
namespace {

using testing::Scratch;

QueuedJob job(std::int64_t number) {
  QueuedJob queued;
  queued.number = number;
  queued.trial = "trial-" + std::to_string(number);
  return queued;
}

// What a process that was killed leaves: a claim of its own.
void claim_and_die(const std::filesystem::path& dir, const std::string& job_name) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  ProcessIdentity dead = own_identity();
  dead.process = child;
  write_json_file(dir / "queue/workers/node-1-1", to_json(dead));
  std::filesystem::rename(dir / "queue/waiting" / job_name, dir / "queue/running" / (job_name + ".node-1-1"));
}

}  // namespace

TEST_CASE("queue: jobs are claimed in order, and come back as they ended") {
  const Scratch scratch;
  JobBoard board(scratch.path());
  QueuedJob paused = job(2);
  paused.until_epoch = 3;
  paused.stop_below_rr = 20.5;
  board.put(paused);
  board.put(job(1));
  JobClaims claims(scratch.path());
  const auto first = claims.claim(), second = claims.claim();
  REQUIRE(second.has_value());
  CHECK(first->trial == "trial-1");
  CHECK_FALSE(first->until_epoch.has_value());
  CHECK(second->until_epoch == 3);
  CHECK(second->stop_below_rr == 20.5);
  CHECK_FALSE(claims.claim().has_value());
  CHECK(board.num_running() == 2);
  CHECK(claims.renew(*second));
  claims.end(*second, false, "");
  claims.end(*first, true, "no disk");
  const std::vector<EndedJob> ended = board.take_ended();
  REQUIRE(ended.size() == 2);
  CHECK(ended[0].failed);
  CHECK(ended[0].words == "no disk");
  CHECK(ended[1].trial == "trial-2");
  CHECK(board.take_ended().empty());
  CHECK(board.num_running() == 0);
}

TEST_CASE("queue: of many who claim, each job goes to one") {
  const Scratch scratch;
  JobBoard board(scratch.path());
  constexpr int kJobs = 60, kWorkers = 4;
  for (int i = 0; i < kJobs; ++i) board.put(job(i));
  std::map<int, std::set<std::string>> claimed;
  std::vector<std::thread> threads;
  std::vector<std::set<std::string>> of_worker(kWorkers);
  for (int w = 0; w < kWorkers; ++w)
    threads.emplace_back([&, w] {
      JobClaims claims(scratch.path());
      while (const auto queued = claims.claim()) of_worker[static_cast<std::size_t>(w)].insert(queued->trial);
    });
  for (std::thread& thread : threads) thread.join();
  std::size_t sum = 0;
  std::set<std::string> all;
  for (const auto& trials : of_worker) {
    sum += trials.size();
    all.insert(trials.begin(), trials.end());
  }
  CHECK(sum == kJobs);
  CHECK(all.size() == kJobs);
}

TEST_CASE("queue: a job whose worker died waits again, as the next attempt") {
  const Scratch scratch;
  JobBoard board(scratch.path());
  board.put(job(7));
  claim_and_die(scratch.path(), "000007.0");
  REQUIRE(board.num_running() == 1);
  const std::vector<LostClaim> lost = board.put_back_dead();
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().number == 7);
  CHECK(lost.front().is_dead);
  JobClaims claims(scratch.path());
  const auto again = claims.claim();
  REQUIRE(again.has_value());
  CHECK(again->trial == "trial-7");
  CHECK(again->attempt == 1);
  CHECK(board.put_back_dead().empty());  // this process lives
}

TEST_CASE("queue: a worker that was silent for too long loses its claim, and notices") {
  const Scratch scratch;
  JobBoard board(scratch.path());
  board.put(job(1));
  JobClaims claims(scratch.path());
  const auto held = claims.claim();
  const std::vector<LostClaim> lost = board.put_back_dead(std::chrono::seconds(-1));
  REQUIRE(lost.size() == 1);
  CHECK_FALSE(lost.front().is_dead);
  CHECK(claims.claim_name(*held) == "000001.0." + lost.front().worker);
  CHECK_FALSE(claims.renew(*held));
  claims.end(*held, false, "");  // too late: nothing is published
  CHECK(board.take_ended().empty());
  CHECK(claims.claim()->attempt == 1);
}

TEST_CASE("queue: a job that is given back goes to another, and a new coordinator starts with an empty queue") {
  const Scratch scratch;
  {
    JobBoard board(scratch.path());
    board.put(job(1));
    board.put(job(2));
    JobClaims claims(scratch.path());
    claims.give_back(*claims.claim());
    CHECK(claims.claim()->attempt == 1);
    board.close();
    CHECK(claims.is_over());
  }
  JobBoard board(scratch.path());
  JobClaims claims(scratch.path());
  CHECK_FALSE(claims.is_over());
  CHECK_FALSE(claims.claim().has_value());
  CHECK(board.num_running() == 0);
  CHECK(claims.working_directory() == std::filesystem::current_path());
}

}  // namespace ampa::study
