// Studies through the command: with any number of workers, killed, gone on with, refused.
#include <signal.h>
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "small_study.h"
#include "sweep/worker_process.h"

namespace ampa::study {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

std::int64_t count_rows(const Scratch& scratch, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2((scratch / "dir/index.sqlite").c_str(), &database, SQLITE_OPEN_READONLY, nullptr) ==
          SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const std::int64_t count = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return count;
}

}  // namespace

TEST_CASE("a study is not run twice, and its index says what ran") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  const std::string validate = std::string("/usr/bin/python3 ") + AMPA_SOURCE_DIR + "/tests/explorer/validate.py " +
                               AMPA_SOURCE_DIR + "/reports/study.schema.json " + (scratch / "S.json").string();
  CHECK(std::system(validate.c_str()) == 0);
  const Result one = ampa(scratch, "study S.json --out dir --workers 1 --threads 1");
  INFO(one.err);
  REQUIRE(one.exit_code == 0);
  CHECK_THAT(one.out, Contains("6 settings, 4 distinct") && Contains("confirmed: ") && Contains("dir/study.json"));

  // Four settings and a baseline with two seeds; one of them and the baseline with two more.
  CHECK(count_rows(scratch, "SELECT count(*) FROM trial WHERE completed") == 14);
  CHECK(count_rows(scratch, "SELECT count(*) FROM job WHERE why = 'confirm'") == 4);
  const std::string decisions = scratch.text("dir/decisions.jsonl");
  const Json results = results_of(scratch, "dir/study.json");
  const Result again = ampa(scratch, "study S.json --out dir --workers 1");
  CHECK(again.exit_code == 0);
  CHECK(scratch.text("dir/decisions.jsonl") == decisions);
  CHECK(results_of(scratch, "dir/study.json") == results);
  CHECK(count_rows(scratch, "SELECT count(*) FROM trial WHERE completed") == 14);
}

TEST_CASE("workers that come from elsewhere do the work of a study without workers of its own") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  const std::vector<std::string> coordinator = {
      AMPA_PROGRAM, "study", (scratch / "S.json").string(), "--out", (scratch / "dir").string(), "--workers", "0"};
  sweep::WorkerProcess study(coordinator, scratch / "log.txt");
  while (!std::filesystem::exists(scratch / "dir/queue/home.json"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Result first = ampa(scratch, "worker dir --threads 1 --idle 0.01");  // goes before the study is over, or after
  CHECK(first.exit_code == 0);
  const Result second = ampa(scratch, "worker dir --threads 1");
  INFO(second.err);
  CHECK(second.exit_code == 0);
  CHECK_THAT(second.err, Contains(" jobs, 0 failed, 0 taken over by others"));
  while (!study.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(study.poll()->exit_code == 0);
  CHECK(scratch.json("dir/study.json")["results"]["end"] == "every setting of the space was run");
}

TEST_CASE("a study that is asked to stop gives its jobs back, and goes on later") {
  const Scratch scratch;
  Json file = small_study();
  file["base"]["epochs"] = 60;
  scratch.write("S.json", file.dump());
  const std::vector<std::string> command = {
      AMPA_PROGRAM, "study", (scratch / "S.json").string(), "--out", (scratch / "dir").string(), "--workers", "1",
      "--threads",  "1"};
  sweep::WorkerProcess process(command, scratch / "log.txt");
  while (!std::filesystem::exists(scratch / "dir/decisions.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.terminate();
  while (!process.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(process.poll()->exit_code == 1);
  CHECK_THAT(scratch.text("log.txt"), Contains("ampa: the study was interrupted; the same command goes on with it"));
  CHECK(scratch.json("dir/study.json")["results"]["end"].is_null());
}

TEST_CASE("study: bad input is an error of one line, before anything runs") {
  const Scratch scratch;
  scratch.write("S.json", small_study({{"space", {{"alpha", {10, 200}}}}}).dump());
  const Result result = ampa(scratch, "study S.json --out dir");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("ampa: S.json: space.alpha: expected a number in [0, 100], found 200"));
  CHECK_FALSE(std::filesystem::exists(scratch / "dir"));
  const Result worker = ampa(scratch, "worker nowhere");
  CHECK(worker.exit_code == 2);
  CHECK_THAT(worker.err, Contains("nowhere: expected the folder of a study"));
}

}  // namespace ampa::study
