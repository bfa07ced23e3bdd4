// The coordinator against workers that do not behave.
#include "sweep/run_sweep.h"

#include <catch2/catch.hpp>

#include "common/folder_lock.h"
#include "common/process_identity.h"
#include "scratch.h"

namespace ampa::sweep {
namespace {

using Catch::Contains;
using testing::Scratch;

config::SweepSpec two_trials() {
  return config::parse_sweep(
      Json::parse(R"({"schema_version": 1, "name": "s", "base": {"network": "tinycnn", "dataset": "synthetic"},
                      "list": [{"scheme": "int8"}, {"scheme": "int4"}]})"),
      "S.json");
}

// What a worker runs in place of `ampa`.
std::string script(const Scratch& scratch, const std::string& text) {
  scratch.write("worker", "#!/bin/sh\n" + text + "\n");
  std::filesystem::permissions(scratch / "worker", std::filesystem::perms::owner_all);
  return (scratch / "worker").string();
}

}  // namespace

TEST_CASE("workers that do not stop are killed after the time of grace") {
  const Scratch scratch;
  std::atomic<bool> stop{false};
  std::vector<std::string> notices;
  SweepOptions options;
  options.dir = scratch / "dir";
  options.program = script(scratch, "trap '' TERM; echo ready; while :; do sleep 60; done");
  options.stop = &stop;
  options.grace_seconds = 0.2;
  options.on_notice = [&](const std::string& text) { notices.push_back(text); };
  options.on_progress = [&](const SweepProgress&) {
    for (const auto& entry : std::filesystem::directory_iterator(scratch / "dir/trials"))
      stop = stop || scratch.text("dir/trials/" + entry.path().filename().string() + "/log.txt") == "ready\n";
  };
  const SweepOutcome outcome = run_sweep(two_trials(), options);
  CHECK(outcome.interrupted);
  CHECK(outcome.num_failed == 0);
  REQUIRE(notices.size() == 1);
  CHECK_THAT(notices[0], Contains("did not stop within 0.2 s and is killed"));
}

TEST_CASE("a trial that fails is reported with what its worker said, and the others go on") {
  const Scratch scratch;
  SweepOptions options;
  options.dir = scratch / "dir";
  options.num_workers = 2;
  options.program = script(scratch, "echo 'ampa: no disk'; exit 1");
  std::vector<std::string> ended;
  options.on_trial = [&](const TrialSummary& trial) { ended.push_back(trial.status + ": " + trial.reason); };
  const SweepOutcome outcome = run_sweep(two_trials(), options);
  CHECK(outcome.num_failed == 2);
  CHECK(ended == std::vector<std::string>(2, "failed: exit code 1: no disk"));
  CHECK(scratch.json("dir/sweep.json")["results"]["trials"][1]["status_reason"] == "exit code 1: no disk");
}

TEST_CASE("a sweep of which the folder was taken over ends its workers and itself") {
  const Scratch scratch;
  SweepOptions options;
  options.dir = scratch / "dir";
  options.program = script(scratch, "while :; do sleep 60; done");
  bool is_taken = false;
  options.on_progress = [&](const SweepProgress&) {
    if (!std::exchange(is_taken, true)) scratch.write("dir/.ampa.lock", "another");
  };
  options.watch_lock_seconds = 0;
  CHECK_THROWS_WITH(run_sweep(two_trials(), options), Contains("dir: another process has taken the directory over"));
}

}  // namespace ampa::sweep
