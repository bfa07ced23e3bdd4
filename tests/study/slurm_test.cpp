// Studies whose workers are tasks of a Slurm that the test starts: what they decide and report is what a study on one
// machine does, whatever befalls the tasks.
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "private_slurm.h"
#include "small_study.h"
#include "study/slurm_workers.h"
#include "sweep/worker_process.h"

namespace ampa::study {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::PrivateSlurm;
using testing::Result;
using testing::Scratch;

bool is_skipped() {
  if (PrivateSlurm::is_installed()) return false;
  WARN("skipped: Slurm is not installed (scripts/setup.sh --tests)");
  return true;
}

void wait_for(const std::function<bool()>& condition, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!condition() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(condition());
}

std::size_t num_claims(const std::filesystem::path& dir) {
  std::size_t count = 0;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(dir / "queue/running", code), end; !code && entry != end;
       entry.increment(code))
    ++count;
  return count;
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// Every run of the study has ended once: the coordinator says so of each.
void check_that_each_ran_once(const Scratch& scratch, const std::string& said, std::int64_t epochs) {
  const Json trials = scratch.json("dir/study.json").at("results").at("trials");
  for (const Json& trial : trials) {
    const auto id = trial.at("id").get<std::string>();
    INFO(id);
    CHECK(count(said, id + " after " + std::to_string(epochs) + " epochs") == 1);
  }
}

}  // namespace

TEST_CASE("slurm: the batch script of a worker") {
  CHECK(pilot_script({"/opt/my tools/ampa", "worker", "/it's/dir"}, 3, {"--partition=low --comment='a b'"}) ==
        "#!/bin/sh\n#SBATCH --ntasks=1 --requeue --open-mode=append --output=logs/%A_%a.log\n"
        "#SBATCH --cpus-per-task=3\n#SBATCH --partition=low --comment='a b'\n"
        "exec '/opt/my tools/ampa' 'worker' '/it'\\''s/dir'\n");
  CHECK(slurm_job_name("/a/b/../c") == slurm_job_name("/a/c"));
  CHECK(slurm_job_name("/a/c") != slurm_job_name("/a/b"));
}

TEST_CASE("slurm: what is missing is named") {
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  const Result absent = ampa(scratch, "study S.json --out dir --slurm", "PATH=/nowhere ");
  CHECK(absent.exit_code == 2);
  CHECK_THAT(absent.err, Contains("ampa: --slurm: expected a machine with Slurm's sbatch, found "));
  const Result alone = ampa(scratch, "study S.json --out dir --sbatch --time=5");
  CHECK(alone.exit_code == 2);
  CHECK_THAT(alone.err, Contains("ampa: --sbatch: acts only with --slurm"));
  const Result none = ampa(scratch, "study S.json --out dir --slurm --workers 0");
  CHECK(none.exit_code == 2);
  CHECK_THAT(none.err, Contains("ampa: --workers: expected 1 or more with --slurm, found 0"));
}

TEST_CASE("slurm: an array of four workers on two nodes finds what one machine finds") {
  if (is_skipped()) return;
  const PrivateSlurm slurm({"n1", "n2"});
  const Scratch scratch;
  scratch.write("S.json", small_study().dump());
  const Result refused = ampa(scratch, "study S.json --out dir --slurm --sbatch --partition=none");
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, Contains("ampa: Slurm: sbatch: error: ") && Contains("invalid partition specified: none"));

  const Result result = ampa(scratch, "study S.json --out dir --slurm --workers 4");
  INFO(result.err << slurm.logs());
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.err, Contains("Slurm: array ") && Contains(" of 4 workers"));
  CHECK(slurm.ask("squeue --noheader").empty());
  check_that_each_ran_once(scratch, result.err, 3);
  const std::string tasks = slurm.ask("squeue --states=all --noheader --format='%N %T' | sort | uniq -c");
  CHECK_THAT(tasks, Contains("2 n1 COMPLETED") && Contains("2 n2 COMPLETED"));

  REQUIRE(ampa(scratch, "study S.json --out local --workers 1 --threads 1").exit_code == 0);
  CHECK(scratch.text("dir/decisions.jsonl") == scratch.text("local/decisions.jsonl"));
  CHECK(results_of(scratch, "dir/study.json") == results_of(scratch, "local/study.json"));
}

// Six tasks: two make room for another job and are queued again, two die with their node, one says nothing any more
// until its time is over, and one does what is left.
TEST_CASE("slurm: preempted, killed, silent and out of time, and nothing is lost or run twice", "[.long]") {
  if (is_skipped()) return;
  const PrivateSlurm slurm({"n1", "n2", "n3"});
  const Scratch scratch;
  constexpr std::int64_t kEpochs = 200;
  Json file = small_study();
  file["base"]["epochs"] = kEpochs;
  scratch.write("S.json", file.dump());
  const std::vector<std::string> command = {AMPA_PROGRAM,
                                            "study",
                                            (scratch / "S.json").string(),
                                            "--out",
                                            (scratch / "dir").string(),
                                            "--slurm",
                                            "--workers",
                                            "6",
                                            "--sbatch=-t 1"};
  sweep::WorkerProcess study(command, scratch / "said.txt");
  wait_for([&] { return num_claims(scratch / "dir") == 6; }, 30);
  slurm.stop_one_worker("n3");
  slurm.kill_node("n2");
  slurm.ask("sbatch --partition=high --nodelist=n1 --ntasks=1 --cpus-per-task=2 --output=/dev/null --wrap 'sleep 3'");
  wait_for([&] { return count(slurm.logs(), "has been requeued to reclaim resources") == 2; }, 60);
  wait_for([&] { return count(slurm.ask("sinfo --noheader --Node --format='%N %T'"), "n2 down") > 0; }, 60);
  slurm.start_node("n2");
  wait_for([&] { return count(slurm.logs(), "Time limit exhausted for JobId") > 0; }, 120);
  while (!study.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::string said = scratch.text("said.txt");
  INFO(said << slurm.logs());
  REQUIRE(study.poll()->exit_code == 0);
  CHECK_THAT(said, Contains(" died; another one goes on with it"));
  check_that_each_ran_once(scratch, said, kEpochs);
  CHECK(slurm.ask("squeue --noheader").empty());
  REQUIRE(ampa(scratch, "study S.json --out local --workers 2 --threads 1").exit_code == 0);
  CHECK(scratch.text("dir/decisions.jsonl") == scratch.text("local/decisions.jsonl"));
  CHECK(results_of(scratch, "dir/study.json") == results_of(scratch, "local/study.json"));
}

}  // namespace ampa::study
