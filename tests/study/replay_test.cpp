// A study decides and reports the same for any number of workers, and however often it is killed.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "small_study.h"
#include "sweep/worker_process.h"

namespace ampa::study {
namespace {

using testing::ampa;
using testing::Result;
using testing::Scratch;

void run(const Scratch& scratch, const std::string& dir, int workers) {
  const Result result =
      ampa(scratch, "study S.json --out " + dir + " --threads 1 --workers " + std::to_string(workers));
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

void check_same(const Scratch& scratch, const std::string& dir, const std::string& other) {
  CAPTURE(dir, other);
  CHECK(scratch.text(dir + "/decisions.jsonl") == scratch.text(other + "/decisions.jsonl"));
  CHECK(results_of(scratch, dir + "/study.json") == results_of(scratch, other + "/study.json"));
}

// Kills coordinator and workers `count` times, each at another moment of its work, and lets it end then.
void check_killed(std::int64_t epochs, std::int64_t rung, int count) {
  const Scratch scratch;
  Json file = small_study({{"halving", {{"rungs", {rung}}}}});
  file["base"]["epochs"] = epochs;
  scratch.write("S.json", file.dump());
  run(scratch, "whole", 1);
  const std::vector<std::string> command = {
      AMPA_PROGRAM, "study", (scratch / "S.json").string(), "--out", (scratch / "dir").string(), "--workers", "2",
      "--threads",  "1"};
  for (int i = 0; i < count; ++i) {
    sweep::WorkerProcess process(command, scratch / "log.txt");
    std::this_thread::sleep_for(std::chrono::milliseconds(40 + 37 * i % 200));
    REQUIRE_FALSE(process.poll().has_value());  // it works still
    process.kill();
  }
  run(scratch, "dir", 2);
  check_same(scratch, "dir", "whole");
}

}  // namespace

TEST_CASE("replay: one, two and five workers decide and report the same") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  run(scratch, "one", 1);
  run(scratch, "two", 2);
  run(scratch, "five", 5);
  check_same(scratch, "two", "one");
  check_same(scratch, "five", "one");
}

TEST_CASE("replay: a study that was killed three times ends as one that was not") {
  check_killed(3, 1, 3);
}

TEST_CASE("replay: a study that was killed fifty times ends as one that was not", "[.long]") {
  check_killed(200, 20, 50);
}

}  // namespace ampa::study
