// Sweeps through the command: killed, resumed, refused, and what they leave.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "common/process_identity.h"
#include "scratch.h"
#include "sweep/worker_process.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

// Eight trials of a fraction of a second each.
const char* const kSweep = R"({
  "schema_version": 1,
  "name": "small sweep",
  "base": {"network": "tinycnn", "dataset": "synthetic", "epochs": 4, "batch_size": 16, "max_train": 128, "max_test": 64,
           "itv_epochs": 1},
  "grid": {"alpha": [35, 70]},
  "seeds": [1, 2],
  "points": ["fused-16x16", "fused-4x4"],
  "baselines": ["fp32", "int8"]
})";

std::string without_context(std::string page) {
  const std::size_t begin = page.find("<!--context-->"), end = page.find("<!--/context-->");
  return page.erase(begin, end - begin);
}

Json results_of(const Scratch& scratch, const std::string& file) {
  Json json = scratch.json(file);
  json.erase("context");
  return json;
}

bool is_valid(const std::string& schema, const std::filesystem::path& file) {
  const std::string command = std::string("/usr/bin/python3 ") + AMPA_SOURCE_DIR + "/tests/explorer/validate.py " +
                              AMPA_SOURCE_DIR + "/reports/" + schema + " " + file.string();
  return std::system(command.c_str()) == 0;
}

}  // namespace

TEST_CASE("a sweep leaves records, a summary, CSV and a report, and is not run twice") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  const Result result = ampa(scratch, "sweep SWEEP.json --out dir --workers 2");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("8 trials: 8 run, 0 reused, 0 failed") && Contains("dir/report.html"));
  CHECK(is_valid("sweep.schema.json", scratch / "SWEEP.json"));
  CHECK(is_valid("sweep_summary.schema.json", scratch / "dir/sweep.json"));
  const Json trials = scratch.json("dir/sweep.json")["results"]["trials"];
  REQUIRE(trials.size() == 8);
  for (const Json& trial : trials) {
    CHECK(trial["status"] == "completed");
    const std::string record = "dir/trials/" + trial["id"].get<std::string>() + "/record.json";
    CHECK(is_valid("record.schema.json", scratch / record));
    if (trial["config"]["scheme"] != "ampa") continue;
    CHECK(trial["cycles"].size() == 2);
    const double rr = trial["bitops_reduction_percent"];
    CHECK(rr >= trial["estimated_reduction"]["low_percent"].get<double>() - 1e-9);
    CHECK(rr <= trial["estimated_reduction"]["high_percent"].get<double>() + 1e-9);
  }

  const std::string page = without_context(scratch.text("dir/report.html"));
  const Result again = ampa(scratch, "sweep SWEEP.json --out dir --workers 1");
  CHECK_THAT(again.out, Contains("8 trials: 0 run, 8 reused, 0 failed"));
  CHECK(without_context(scratch.text("dir/report.html")) == page);

  CHECK_THAT(ampa(scratch, "recommend dir --max-metric-loss 100").out, Contains("Recommended: ampa "));
  CHECK(ampa(scratch, "recommend dir --max-accuracy-loss 100").out ==
        ampa(scratch, "recommend dir --max-metric-loss 100").out);
  CHECK(ampa(scratch, "recommend dir --min-rr 99 --json").json()["results"]["tasks"][0]["recommended"].empty());
  const Result other_point = ampa(scratch, "recommend dir --max-cycles 10 --point fused-8x8");
  CHECK(other_point.exit_code == 2);
  CHECK(ampa(scratch, "report dir --out elsewhere").exit_code == 0);
  CHECK(without_context(scratch.text("elsewhere/report.html")) == page);
}

TEST_CASE("a sweep killed at any moment goes on to the results of an undisturbed one") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  REQUIRE(ampa(scratch, "sweep SWEEP.json --out whole --workers 2").exit_code == 0);
  std::int64_t num_kills = 0;
  for (const int milliseconds : {150, 300, 450, 350}) {
    sweep::WorkerProcess process({AMPA_PROGRAM, "sweep", (scratch / "SWEEP.json").string(), "--out",
                                  (scratch / "parts").string(), "--workers", "2"},
                                 scratch / "log.txt");
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    if (!process.poll()) ++num_kills;
  }  // its destructor kills with SIGKILL
  CHECK(num_kills > 0);

  std::map<std::string, std::filesystem::file_time_type> finished;
  if (std::filesystem::exists(scratch / "parts/trials"))
    for (const auto& entry : std::filesystem::directory_iterator(scratch / "parts/trials")) {
      const std::filesystem::path record = entry.path() / "record.json";
      if (std::filesystem::exists(record) && read_json_file(record)["results"]["status"] == "completed")
        finished[record.string()] = std::filesystem::last_write_time(record);
    }
  const Result result = ampa(scratch, "sweep SWEEP.json --out parts --workers 2");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  for (const auto& [record, time] : finished) CHECK(std::filesystem::last_write_time(record) == time);
  CHECK(results_of(scratch, "parts/sweep.json").dump() == results_of(scratch, "whole/sweep.json").dump());
  CHECK(without_context(scratch.text("parts/report.html")) == without_context(scratch.text("whole/report.html")));
}

TEST_CASE("Ctrl-C keeps finished trials and says how to go on") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  sweep::WorkerProcess process(
      {AMPA_PROGRAM, "sweep", (scratch / "SWEEP.json").string(), "--out", (scratch / "dir").string(), "--workers", "1"},
      scratch / "log.txt");
  while (!std::filesystem::exists(scratch / "dir/sweep.json"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.terminate();
  std::optional<sweep::WorkerResult> result;
  while (!(result = process.poll())) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(result->exit_code == 1);
  CHECK_THAT(scratch.text("log.txt"), Contains("ampa: the sweep was interrupted; the same command goes on with it"));
  CHECK(is_valid("sweep_summary.schema.json", scratch / "dir/sweep.json"));
  CHECK(ampa(scratch, "report dir").exit_code == 0);
}

TEST_CASE("two live sweeps on one directory are refused") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  sweep::WorkerProcess first(
      {AMPA_PROGRAM, "sweep", (scratch / "SWEEP.json").string(), "--out", (scratch / "dir").string(), "--workers", "1"},
      scratch / "log.txt");
  while (!std::filesystem::exists(scratch / "dir/sweep.json"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Result second = ampa(scratch, "sweep SWEEP.json --out dir");
  CHECK(second.exit_code == 2);
  CHECK_THAT(second.err, Contains("ampa: dir: expected a directory that no other process writes to"));
}

TEST_CASE("a sweep refuses what it cannot start before any trial runs") {
  const Scratch scratch;
  Json sweep = Json::parse(kSweep);
  sweep["base"]["network"] = "resnet21";
  scratch.write("SWEEP.json", sweep.dump());
  const Result result = ampa(scratch, "sweep SWEEP.json --out dir");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("resnet21"));
  CHECK_FALSE(std::filesystem::exists(scratch / "dir/trials"));
}

TEST_CASE("a batch of more images than there are is refused before any trial runs") {
  const Scratch scratch;
  Json sweep = Json::parse(kSweep);
  sweep["grid"] = {{"batch_size", {16, 1024}}};
  scratch.write("SWEEP.json", sweep.dump());
  const Result result = ampa(scratch, "sweep SWEEP.json --out dir --workers 2");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("ampa: SWEEP.json: grid.batch_size") &&
                             Contains("batch_size: expected at most max_train (128), found 1024"));
  CHECK_FALSE(std::filesystem::exists(scratch / "dir/trials"));
}

TEST_CASE("settings that come to the same run are run once and shown with all labels") {
  const Scratch scratch;
  Json sweep = Json::parse(kSweep);
  sweep["base"]["epochs"] = 1;
  sweep["grid"] = {{"alpha", {35, 36}}};
  sweep["seeds"] = {1};
  scratch.write("SWEEP.json", sweep.dump());
  const Result result = ampa(scratch, "sweep SWEEP.json --out dir --workers 2");
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("4 settings, 3 distinct\n3 trials: 3 run, 0 reused, 0 failed"));
  CHECK(is_valid("sweep_summary.schema.json", scratch / "dir/sweep.json"));
  CHECK_THAT(scratch.text("dir/report.html"),
             Contains("4 settings, 3 distinct") && Contains("ampa 35/20/30 Itv 1e Thr 3 = ampa 36/"));
  CHECK_THAT(ampa(scratch, "recommend dir --max-accuracy-loss 100").out, Contains("(the same run as ampa 36/"));
}

TEST_CASE("a folder's lock keeps every writer out") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  ProcessIdentity other = own_identity();
  other.host = "elsewhere";
  scratch.write("dir/.ampa.lock", Json({{"holder", to_json(other)}, {"count", 1}}).dump() + "\n");
  for (const std::string command :
       {"sweep SWEEP.json --out dir", "trace record --out dir --network tinycnn --dataset synthetic"}) {
    const Result result = ampa(scratch, command);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains("ampa: dir: expected a directory that no other process writes to, found one locked "
                                    "by process ") &&
                               Contains(" on elsewhere (dir/.ampa.lock)"));
  }
}

TEST_CASE("a damaged record in a sweep's directory is named by a report") {
  const Scratch scratch;
  scratch.write("SWEEP.json", kSweep);
  REQUIRE(ampa(scratch, "sweep SWEEP.json --out dir").exit_code == 0);
  const std::string id = scratch.json("dir/sweep.json")["results"]["trials"][5]["id"];
  scratch.write("dir/trials/" + id + "/record.json", "{\"schema_version\": 5}");
  const Result result = ampa(scratch, "report dir");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains(id + "/record.json: schema_version: expected an integer in [1, 2], found 5"));
  std::filesystem::remove(scratch / ("dir/trials/" + id + "/record.json"));
  const Result missing = ampa(scratch, "report dir");
  CHECK(missing.exit_code == 2);
  CHECK_THAT(missing.err, Contains("dir/trials/" + id + "/record.json: cannot read"));
}

}  // namespace ampa
