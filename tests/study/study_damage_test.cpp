// Studies whose folders hold what they should not: each is named, and the study comes to what it would have.
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "record/run_record.h"
#include "small_study.h"
#include "sweep/worker_process.h"

namespace ampa::study {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

// The first run that the study asked for.
std::string first_trial(const Scratch& scratch) {
  const std::string decisions = scratch.text("dir/decisions.jsonl");
  return Json::parse(decisions.substr(0, decisions.find('\n'))).at("jobs")[0].at("trial");
}

// As if another version of the numerics had made the record. Returns that version.
int make_older(const Scratch& scratch, const std::string& trial) {
  const std::string path = "dir/trials/" + trial + "/record.json";
  record::RunRecord record = record::read_record(scratch / path);
  ++record.identity.value().numerics_version;
  scratch.write(path, record::to_json(record).dump());
  return record.identity->numerics_version;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("study damage: a record of another numerics version is named and its run repeated") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  REQUIRE(ampa(scratch, "study S.json --out dir --workers 2 --threads 1").exit_code == 0);
  const std::string decisions = scratch.text("dir/decisions.jsonl");
  const Json results = results_of(scratch, "dir/study.json");
  const std::string trial = first_trial(scratch);
  const int version = make_older(scratch, trial);
  std::filesystem::remove(scratch / "dir/trials.jsonl");
  const Result again = ampa(scratch, "study S.json --out dir --workers 1 --threads 1");
  INFO(again.err);
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.err, Contains("record.json: identity: expected that of trial " + trial +
                                 ", found another: numerics_version: " + std::to_string(version) + " and " +
                                 std::to_string(version - 1) + "; it is run again"));
  CHECK(scratch.text("dir/decisions.jsonl") == decisions);
  CHECK(results_of(scratch, "dir/study.json") == results);
}

// Whose runs have other names.
TEST_CASE("study damage: the folder of a study of another numerics version is named as such") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  REQUIRE(ampa(scratch, "study S.json --out dir --workers 2 --threads 1").exit_code == 0);
  const Json results = results_of(scratch, "dir/study.json");
  const std::string trial = first_trial(scratch), other = trial.substr(0, trial.size() - 8) + "01234567";
  const int version = make_older(scratch, trial);
  std::filesystem::rename(scratch / ("dir/trials/" + trial), scratch / ("dir/trials/" + other));
  std::string decisions = scratch.text("dir/decisions.jsonl");
  replace_all(decisions, trial, other);
  scratch.write("dir/decisions.jsonl", decisions);
  const Result again = ampa(scratch, "study S.json --out dir --workers 1 --threads 1");
  INFO(again.err);
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.err, Contains("decision 0 is another one now, of runs that differ from those in dir/trials by "
                                 "numerics_version: " +
                                 std::to_string(version) + " and " + std::to_string(version - 1)));
  CHECK(results_of(scratch, "dir/study.json") == results);
}

TEST_CASE("study damage: a space without a setting that meets the constraints says so") {
  const Scratch scratch;
  scratch.write("S.json", small_study({{"constraints", {{{"of", "rr"}, {"at_least", 99}}}}}).dump());
  const Result before = ampa(scratch, "study S.json --out dir");
  CHECK(before.exit_code == 2);
  CHECK_THAT(before.err, Contains("ampa: S.json: constraints: expected an RR that a setting of the space can reach (at "
                                  "most ") &&
                             Contains("), found at least 99"));
  CHECK_FALSE(std::filesystem::exists(scratch / "dir/study.json"));

  // What only the runs can tell.
  scratch.write("S.json",
                small_study({{"constraints", {{{"of", "cycles"}, {"point", "fused-16x16"}, {"at_most", 1}}}}}).dump());
  const Result after = ampa(scratch, "study S.json --out other --workers 2 --threads 1");
  INFO(after.err);
  CHECK(after.exit_code == 0);
  CHECK_THAT(after.out,
             Contains("0 of 5 settings meet the constraints by their means: none is confirmed or recommended"));
  CHECK(results_of(scratch, "other/study.json").at("results").at("confirmed").empty());
}

TEST_CASE("study damage: a claim whose worker died is named, and its run goes on") {
  const Scratch scratch;
  Json file = small_study();
  file["base"]["epochs"] = 10;
  scratch.write("S.json", file.dump());
  const std::vector<std::string> coordinator = {
      AMPA_PROGRAM, "study", (scratch / "S.json").string(), "--out", (scratch / "dir").string(), "--workers", "0"};
  const std::vector<std::string> worker = {AMPA_PROGRAM, "worker", (scratch / "dir").string(), "--threads", "1"};
  sweep::WorkerProcess study(coordinator, scratch / "log.txt");
  const auto wait_for = [](const std::function<bool()>& condition) {
    while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  };
  wait_for([&] { return std::filesystem::exists(scratch / "dir/queue/home.json"); });
  std::string claim;
  {
    sweep::WorkerProcess dying(worker, scratch / "worker.txt");
    wait_for([&] {
      for (const auto& entry : std::filesystem::directory_iterator(scratch / "dir/queue/running"))
        claim = entry.path().filename().string();
      return !claim.empty();
    });
    dying.kill();
    wait_for([&] { return dying.poll().has_value(); });
  }
  sweep::WorkerProcess living(worker, scratch / "other.txt");
  const std::string name = claim.substr(claim.find('.', claim.find('.') + 1) + 1);  // behind number and attempt
  const std::string said = ": its worker " + name + " died; another one goes on with it";
  wait_for([&] { return study.poll() || scratch.text("log.txt").find(said) != std::string::npos; });
  CHECK_THAT(scratch.text("log.txt"), Contains(said));
}

}  // namespace ampa::study
