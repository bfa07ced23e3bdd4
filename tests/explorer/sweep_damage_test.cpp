// A bad trial costs itself: what lies in a sweep's folder is damaged, and the same command goes on.
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "common/atomic_file.h"
#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

const char* const kSweep = R"({
  "schema_version": 1,
  "name": "small sweep",
  "base": {"network": "tinycnn", "dataset": "synthetic", "epochs": 2, "batch_size": 16, "max_train": 64, "max_test": 32},
  "list": [{"scheme": "int8"}, {"scheme": "int4"}]
})";

// A finished sweep in DIR, and the folders of its trials.
class FinishedSweep : public Scratch {
 public:
  FinishedSweep() {
    write("SWEEP.json", kSweep);
    REQUIRE(sweep().exit_code == 0);
    results_ = results();
    const Json trials = json("dir/sweep.json")["results"]["trials"];
    for (const Json& trial : trials) folders_.push_back("dir/trials/" + trial["id"].get<std::string>());
    REQUIRE(folders_.size() == 2);
  }
  Result sweep() const { return ampa(*this, "sweep SWEEP.json --out dir --workers 1"); }
  std::string results() const { return json("dir/sweep.json")["results"].dump(); }
  const std::string& undisturbed() const { return results_; }
  const std::string& folder(std::size_t trial) const { return folders_.at(trial); }
  void cut(const std::string& file, std::size_t size) const { write(file, text(file).substr(0, size)); }
  // As if the sweep had been killed before the end of this trial.
  void unfinish(std::size_t trial) const { std::filesystem::remove(*this / (folder(trial) + "/record.json")); }

 private:
  std::string results_;
  std::vector<std::string> folders_;
};

}  // namespace

TEST_CASE("a trial of which the record is damaged is run again, by name") {
  const FinishedSweep scratch;
  const std::string record = scratch.folder(0) + "/record.json";
  SECTION("cut short") {
    scratch.cut(record, 200);
  }
  SECTION("of another schema version") {
    scratch.write(record, "{\"schema_version\": 5}");
  }
  SECTION("of another trial") {
    scratch.write(record, scratch.text(scratch.folder(1) + "/record.json"));
  }
  SECTION("with a figure changed") {
    std::string text = scratch.text(record);
    const std::size_t at = text.find("\"train_loss\": ") + 14;
    text[at] = text[at] == '1' ? '2' : '1';
    scratch.write(record, text);
  }
  SECTION("a directory") {
    std::filesystem::remove(scratch / record);
    std::filesystem::create_directory(scratch / record);
  }
  const Result result = scratch.sweep();
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, Contains(record + ": ") && Contains("; it is run again"));
  CHECK_THAT(result.out, Contains("2 trials: 1 run, 1 reused, 0 failed"));
  CHECK(scratch.results() == scratch.undisturbed());
  CHECK(std::filesystem::exists(scratch / (scratch.folder(0) + "/record.damaged.json")));
  CHECK_THAT(scratch.sweep().out, Contains("2 trials: 0 run, 2 reused, 0 failed"));
}

TEST_CASE("a trial of which the checkpoint is damaged is repeated from the start, by name") {
  const FinishedSweep scratch;
  const std::string checkpoint = scratch.folder(0) + "/checkpoint.bin";
  scratch.unfinish(0);
  SECTION("cut short") {
    scratch.cut(checkpoint, 1000);
  }
  SECTION("empty") {
    scratch.write(checkpoint, "");
  }
  SECTION("of another trial") {
    scratch.write(checkpoint, scratch.text(scratch.folder(1) + "/checkpoint.bin"));
  }
  const Result result = scratch.sweep();
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, Contains(checkpoint + ": ") && Contains("; it is repeated from the start"));
  CHECK_THAT(result.out, Contains("2 trials: 1 run, 1 reused, 0 failed"));
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("a trial that goes on from its checkpoint says nothing of the kind") {
  const FinishedSweep scratch;
  scratch.unfinish(0);
  const Result result = scratch.sweep();
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, !Contains("repeated") && !Contains("run again"));
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("a trial's folder that cannot be used fails that trial") {
  const FinishedSweep scratch;
  std::filesystem::remove_all(scratch / scratch.folder(0));
  scratch.write(scratch.folder(0), "a file");
  std::filesystem::remove_all(scratch / scratch.folder(1));
  const Result result = scratch.sweep();
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("1 of 2 trials failed"));
  const Json trials = scratch.json("dir/sweep.json")["results"]["trials"];
  CHECK(trials[0]["status"] == "failed");
  CHECK_THAT(trials[0]["status_reason"].get<std::string>(), Contains(scratch.folder(0) + "/config.json"));
  CHECK(trials[1]["status"] == "completed");
  std::filesystem::remove(scratch / scratch.folder(0));
  CHECK(scratch.sweep().exit_code == 0);
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("a trial of which the log cannot take note waits for the next start, and is not run twice") {
  const FinishedSweep scratch;
  std::string log = scratch.text("dir/trials.jsonl");
  for (int i = 0; i < 50000; ++i) log += "none\n";
  scratch.write("dir/trials.jsonl", log);
  scratch.cut(scratch.folder(0) + "/record.json", 200);
  const Result full =
      ampa(scratch, "sweep SWEEP.json --out dir --workers 1", "trap '' XFSZ; ulimit -f 200; ");  // 100 KB
  INFO(full.err);
  CHECK(full.exit_code == 1);
  CHECK_THAT(full.err, Contains("int8 seed 1: failed (dir/trials.jsonl: cannot write: File too large)"));
  CHECK_THAT(scratch.sweep().out, Contains("2 trials: 1 run, 1 reused, 0 failed"));
  CHECK_THAT(scratch.sweep().out, Contains("2 trials: 0 run, 2 reused, 0 failed"));
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("folders of trials that are not in the sweep's file are counted, and left alone") {
  const FinishedSweep scratch;
  CHECK_THAT(scratch.sweep().err, !Contains("no trial"));
  std::filesystem::create_directory(scratch / "dir/trials/int4-s1-00000000");  // as an older version named it
  scratch.write("dir/trials/int4-s2-00000000/record.json", "{}");
  scratch.write("dir/trials/a file", "");
  const Result result = scratch.sweep();
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err,
             Contains("note: dir/trials: 2 folders of no trial of this sweep file (the first: int4-s1-00000000), "
                      "which was edited or run by another version; not used, and left as found\n"));
  CHECK(scratch.text("dir/trials/int4-s2-00000000/record.json") == "{}");
}

TEST_CASE("summary and log of a sweep can be lost or damaged") {
  const FinishedSweep scratch;
  SECTION("no log") {
    std::filesystem::remove(scratch / "dir/trials.jsonl");
  }
  SECTION("a torn log") {
    scratch.cut("dir/trials.jsonl", 700);
  }
  SECTION("a log that is none") {
    scratch.write("dir/trials.jsonl", "none\n");
  }
  SECTION("no summary") {
    std::filesystem::remove(scratch / "dir/sweep.json");
  }
  SECTION("a damaged summary") {
    scratch.cut("dir/sweep.json", 100);
  }
  CHECK_THAT(scratch.sweep().out, Contains("2 trials: 0 run, 2 reused, 0 failed"));
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("a sweep gone on with after its network was edited repeats its trials") {
  const Scratch scratch;
  std::string network = R"({"schema_version": 1, "name": "n", "description": "d",
    "default_input": {"channels": 1, "height": 12, "width": 12}, "default_classes": 10,
    "layers": [{"name": "fc1", "type": "linear", "out_features": 32, "quantized": true},
               {"name": "relu", "type": "relu"},
               {"name": "fc2", "type": "linear", "out_features": "classes", "quantized": true}]})";
  Json sweep = Json::parse(kSweep);
  sweep["base"]["network"] = "net.json";
  sweep["list"] = {{{"scheme", "int8"}}};
  sweep["seeds"] = {3};
  scratch.write("net.json", network);
  scratch.write("SWEEP.json", sweep.dump());
  REQUIRE(ampa(scratch, "sweep SWEEP.json --out dir").exit_code == 0);
  scratch.write("net.json", network.replace(network.find("32"), 2, "64"));
  sweep["seeds"] = {3, 4};
  scratch.write("SWEEP.json", sweep.dump());
  const Result result = ampa(scratch, "sweep SWEEP.json --out dir");
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("2 trials: 2 run, 0 reused, 0 failed"));
  CHECK_THAT(result.err, Contains("dir/trials: 1 folder of no trial of this sweep file (int8-s3-"));
  const Json cycles = scratch.json("dir/sweep.json")["results"]["settings"][0]["cycles"][0]["total_cycles"];
  CHECK(cycles["count"] == 2);
  CHECK(cycles["min"] == cycles["max"]);
}

TEST_CASE("a report finds in the log what came after the last summary") {
  const FinishedSweep scratch;
  Json summary = scratch.json("dir/sweep.json");
  for (Json& trial : summary["results"]["trials"]) {
    trial["status"] = "pending";
    trial["num_epochs"] = 0;
    trial["cycles"] = Json::array();
  }
  scratch.write("dir/sweep.json", summary.dump());
  const std::string csv = scratch.text("dir/trials.csv");
  REQUIRE(ampa(scratch, "report dir").exit_code == 0);
  CHECK(scratch.text("dir/trials.csv") == csv);
}

TEST_CASE("costs of another version of a point are taken from the records anew") {
  const FinishedSweep scratch;
  std::istringstream lines(scratch.text("dir/trials.jsonl"));
  std::string changed;
  for (std::string line; std::getline(lines, line);) {
    Json entry = Json::parse(line);
    for (Json& cycles : entry.at("trial").at("cycles")) {
      REQUIRE(cycles.at("point_version") == 1);
      cycles["total"]["compute_cycles"] = 12345;
      cycles["point_version"] = 99;
    }
    entry["line_sha256"] = sha256_hex(entry.at("record_sha256").get<std::string>() + entry.at("trial").dump());
    changed += entry.dump() + "\n";
  }
  REQUIRE(changed.find("12345") != std::string::npos);
  scratch.write("dir/trials.jsonl", changed);
  const Result result = scratch.sweep();
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("2 trials: 0 run, 2 reused, 0 failed"));
  CHECK(scratch.results() == scratch.undisturbed());
}

TEST_CASE("a report refuses a record that is not of its trial, and a trial outside the sweep") {
  const FinishedSweep scratch;
  SECTION("a record of another trial") {
    const std::string record = scratch.folder(0) + "/record.json";
    scratch.write(record, scratch.text(scratch.folder(1) + "/record.json"));
    const Result result = ampa(scratch, "report dir");
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains("ampa: " + record + ": identity: expected that of trial "));
  }
  SECTION("an id that leads elsewhere") {
    for (const char* id : {"../../outside", "..", ".hidden", "a/b", "", "a b", "a\nb"}) {
      Json summary = scratch.json("dir/sweep.json");
      summary["results"]["trials"][0]["id"] = id;
      scratch.write("dir2/sweep.json", summary.dump());
      const Result result = ampa(scratch, "report dir2");
      CHECK(result.exit_code == 2);
      CHECK_THAT(result.err, Contains("dir2/sweep.json: results.trials[0].id: expected a folder's name of letters"));
    }
  }
}

}  // namespace ampa
