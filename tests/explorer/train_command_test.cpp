// Training, costing and tracing through the command.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <thread>

#include "common/cycle_counts.h"
#include "scratch.h"
#include "sweep/worker_process.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::kTiny;
using testing::Result;
using testing::Scratch;

Json without_context(Json json) {
  json.erase("context");
  return json;
}

bool is_valid(const std::string& schema, const std::filesystem::path& file) {
  const std::string command = std::string("/usr/bin/python3 ") + AMPA_SOURCE_DIR + "/tests/explorer/validate.py " +
                              AMPA_SOURCE_DIR + "/reports/" + schema + " " + file.string();
  return std::system(command.c_str()) == 0;
}

}  // namespace

TEST_CASE("train keeps a record that its schema describes") {
  const Scratch scratch;
  for (const char* scheme : {"ampa", "int4", "fp32"}) {
    const std::string out = std::string("run-") + scheme;
    const std::string ampa_settings = scheme == std::string("ampa") ? "--alpha 40 --itv 0.34 " : "";
    const Result result = ampa(scratch, "train " + kTiny + ampa_settings + "--scheme " + scheme + " --out " + out);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK_THAT(result.out, Contains("completed: 3 of 3 epochs") && Contains(out + "/record.json"));
    CHECK_THAT(result.err, Contains("epoch 1/3") && Contains("epoch 3/3"));
    CHECK(is_valid("record.schema.json", scratch / (out + "/record.json")));
    CHECK(std::filesystem::exists(scratch / (out + "/checkpoint.bin")));
  }
}

TEST_CASE("a run repeats byte for byte outside its context, with one thread and with two") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--threads 1 --out one").exit_code == 0);
  REQUIRE(ampa(scratch, "train " + kTiny + "--threads 2 --isa portable --out two").exit_code == 0);
  CHECK(without_context(scratch.json("one/record.json")).dump() ==
        without_context(scratch.json("two/record.json")).dump());
}

TEST_CASE("train --json prints the record that is kept") {
  const Scratch scratch;
  const Result result = ampa(scratch, "train " + kTiny + "--json --out run");
  CHECK(result.out == scratch.text("run/record.json"));
}

TEST_CASE("compare shows points side by side, at one clock and at each one's own") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme ampa --out run").exit_code == 0);
  const std::string command = "compare --record run/record.json --points fused-4x4,serial-4x4";
  CHECK_THAT(ampa(scratch, command).out, Contains("1/1") && Contains("int4 at PE MHz") && Contains("record LUT-s"));
  const Json results = ampa(scratch, command + " --clock-mhz 50 --json").json()["results"];
  REQUIRE(results.size() == 2);
  for (const Json& point : results)
    for (const Json& step : point["steps"])
      CHECK(step["lut_seconds_at_pe_clock"].get<double>() * point["pe_pre_layout_mhz"].get<double>() ==
            Approx(step["lut_seconds"].get<double>() * 50));
}

TEST_CASE("a record is not replaced unless that is asked for") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--out run").exit_code == 0);
  const std::string before = scratch.text("run/record.json");
  const Result refused = ampa(scratch, "train " + kTiny + "--seed 2 --out run");
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Contains("--out: expected a directory without a run"));
  CHECK(scratch.text("run/record.json") == before);
  CHECK(ampa(scratch, "train " + kTiny + "--seed 2 --overwrite --out run").exit_code == 0);
  CHECK(scratch.json("run/record.json")["config"]["seed"] == 2);
}

TEST_CASE("an interrupted run goes on to the record of an undisturbed one") {
  const Scratch scratch;
  const std::string longer =
      "train --network tinycnn --dataset synthetic --epochs 40 --batch-size 16 --max-train 512 "
      "--max-test 32 --threads 1 ";
  REQUIRE(ampa(scratch, longer + "--out whole").exit_code == 0);
  std::vector<std::string> command = {AMPA_PROGRAM, "train", "--out", (scratch / "parts").string()};
  std::istringstream arguments(longer.substr(std::string("train ").size()));
  for (std::string argument; arguments >> argument;) command.push_back(argument);
  sweep::WorkerProcess process(command, scratch / "log.txt");
  while (!std::filesystem::exists(scratch / "parts/record.json") && !process.poll())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.terminate();
  std::optional<sweep::WorkerResult> stopped;
  while (!(stopped = process.poll())) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(stopped->exit_code == 1);
  CHECK_THAT(scratch.text("log.txt"),
             Contains("ampa: the run was interrupted; the same command with --resume goes on"));
  CHECK(scratch.json("parts/record.json")["results"]["status"] == "interrupted");
  REQUIRE(ampa(scratch, longer + "--resume --out parts").exit_code == 0);
  CHECK(without_context(scratch.json("parts/record.json")).dump() ==
        without_context(scratch.json("whole/record.json")).dump());
}

TEST_CASE("a run that diverges keeps what it has and exits 1") {
  const Scratch scratch;
  const Result result = ampa(scratch,
                             "train --network tinycnn --dataset synthetic --epochs 30 --batch-size 16 --max-train 64 "
                             "--max-test 32 --lr 1000 --weight-decay 1 --scheme fp32 --out run");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("ampa: the run diverged: "));
  CHECK(scratch.json("run/record.json")["results"]["status"] == "diverged");
  CHECK(is_valid("record.schema.json", scratch / "run/record.json"));
}

TEST_CASE("a full disk ends a run with exit 1, one line, and nothing half-written") {
  const Scratch scratch;
  const Result result = ampa(scratch, "train " + kTiny + "--out run", "ulimit -f 4; ");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("ampa: run/checkpoint.bin: cannot write: File too large"));
  CHECK_FALSE(std::filesystem::exists(scratch / "run"));  // neither a part of a file nor an empty folder
}

TEST_CASE("every backend trains to the same integers") {
  const Scratch scratch;
  const std::string small =
      "--network tinycnn --dataset synthetic --epochs 1 --batch-size 8 --max-train 8 --max-test 8 ";
  REQUIRE(ampa(scratch, "train " + small + "--out cpu").exit_code == 0);
  const Json expected = without_context(scratch.json("cpu/record.json"));
  for (const std::string backend : {"reference", "tlm --point fused-8x8", "rtl"}) {
    const Result result = ampa(scratch, "train " + small + "--overwrite --out other --backend " + backend);
    INFO(backend << result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(without_context(scratch.json("other/record.json")).dump() == expected.dump());
  }
}

TEST_CASE("simulate costs a record, and the arrays count what the closed form counts") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--out run").exit_code == 0);
  const Result words = ampa(scratch, "simulate --record run/record.json --point fused-4x4");
  CHECK(words.exit_code == 0);
  CHECK_THAT(words.out, Contains("conv2 wgrad") && Contains("total"));
  for (const char* backend : {"analytic", "tlm", "rtl"}) {
    const Result result = ampa(scratch, std::string("simulate --record run/record.json --json --backend ") + backend);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    scratch.write("cost.json", result.out);
    CHECK(is_valid("simulate.schema.json", scratch / "cost.json"));
    CHECK(result.json()["results"]["array"].is_null() == (std::string(backend) == "analytic"));
    CHECK(result.json()["results"]["total"]["total_cycles"] < result.json()["results"]["int8_total"]["total_cycles"]);
  }
  const Result late = ampa(scratch, "simulate --record run/record.json --backend tlm --epoch 3");
  CHECK(late.exit_code == 2);
  CHECK_THAT(late.err, Contains("--epoch: expected an integer in [0, 2]"));
}

TEST_CASE("simulate costs a record on a core with a memory, and the cores count what the model counts") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--out run").exit_code == 0);
  scratch.write(
      "energy.json",
      R"({"schema_version": 1, "source": "a test", "mac_pj": {"8x8": 1, "4x4": 1, "4x6": 1, "4x8": 1, "6x4": 1,
                    "6x6": 1, "6x8": 1, "8x4": 1, "8x6": 1}, "sram_byte_pj": 1, "dram_byte_pj": 10})");
  const std::string core =
      "simulate --record run/record.json --point fused-16x16-fast --scratchpads a=16384,b=65536,sums=16384,port=16 "
      "--memory latency=20,bytes_per_cycle=3/2 ";
  const Result words = ampa(scratch, core + "--energy energy.json");
  INFO(words.err);
  REQUIRE(words.exit_code == 0);
  CHECK_THAT(words.out,
             Contains("operand stall") && Contains("conv2 wgrad") && Contains("energy from a table of a test"));
  // A table without a pair that only the run at 8 bits needs is refused before anything is printed.
  scratch.write("partial.json", R"({"schema_version": 1, "source": "a test", "mac_pj": {"4x4": 1, "4x6": 1, "4x8": 1,
                    "6x4": 1, "6x6": 1, "6x8": 1, "8x4": 1, "8x6": 1}, "sram_byte_pj": 1, "dram_byte_pj": 10})");
  const Result partial = ampa(scratch, core + "--energy partial.json");
  CHECK(partial.exit_code == 2);
  CHECK(partial.out.empty());
  CHECK_THAT(partial.err, Contains("partial.json: mac_pj: expected a cost for 8x8 bits, found none"));
  for (const char* backend : {"tlm", "rtl"}) {
    const Result result =
        ampa(scratch, core + "--json --energy energy.json --cross-check 2 --wave last.vcd --backend " + backend);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    scratch.write("cost.json", result.out);
    CHECK(is_valid("simulate_core.schema.json", scratch / "cost.json"));
    CHECK(result.json()["results"]["cross_check"]["num_jobs"] == 2);
    CHECK(std::filesystem::file_size(scratch / "last.vcd") > 1000);
    std::filesystem::remove(scratch / "last.vcd");
  }
  const Result page =
      ampa(scratch, "table14 --record run/record.json --layers conv2 --scratchpads a=16K,b=64K,sums=16K,port=16");
  INFO(page.err);
  CHECK(page.exit_code == 0);
  CHECK_THAT(page.out, Contains("| fused-16x16, latency=20,bytes_per_cycle=2 | backward |"));
  for (const auto& [flags, message] :
       {std::pair<std::string, std::string>{"--memory fast", "memory: expected 'ideal' or"},
        {"--memory ideal --steps 5", "--steps: expected FIRST..LAST"},
        {"--memory ideal --scratchpads a=8,port=16", "core: a: expected a multiple"},
        {"--memory ideal --cross-check 1", "--backend: expected tlm or rtl"}}) {
    const Result refused = ampa(scratch, "simulate --record run/record.json " + flags);
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.err, Contains(message));
  }
}

TEST_CASE("a floating-point record has nothing to simulate") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme fp32 --out run").exit_code == 0);
  const Result result = ampa(scratch, "simulate --record run/record.json");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err,
             Contains("run/record.json: results: expected a finished epoch with quantized jobs, found none"));
}

TEST_CASE("a step recorded on any backend replays equal on every other, and a changed file is found") {
  const Scratch scratch;
  const std::string backends[] = {"reference", "cpu", "tlm", "rtl"};
  for (const std::string& recorder : backends) {
    const Result recorded = ampa(scratch, "trace record " + kTiny + "--step 1 --out step --backend " + recorder);
    INFO(recorder << ": " << recorded.err);
    REQUIRE(recorded.exit_code == 0);
    for (const std::string& backend : backends) {
      const Result result = ampa(scratch, "trace replay step --backend " + backend);
      INFO(backend << ": " << result.err);
      CHECK(result.exit_code == 0);
      CHECK_THAT(result.out, Contains("equal: every integer as recorded"));
    }
    if (recorder != "rtl") std::filesystem::rename(scratch / "step", scratch / recorder);
  }
  // With a memory, replay shows all four parts, and a slow one costs more.
  std::int64_t before = INT64_MAX;
  for (const char* bandwidth : {"1", "4", "64"}) {
    const Result result = ampa(scratch, std::string("trace replay step --json --backend tlm --scratchpads "
                                                    "a=16K,b=64K,sums=16K --memory latency=20,bytes_per_cycle=") +
                                            bandwidth);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const Json cycles = result.json()["results"]["cycles"];
    std::int64_t sum = 0;
    for (const CyclePart& part : kCycleParts) {
      CHECK(cycles.at(part.key) > 0);
      sum += cycles.at(part.key).get<std::int64_t>();
    }
    CHECK(cycles["total_cycles"] == sum);
    CHECK(sum < before);
    before = sum;
  }
  const Result words = ampa(scratch,
                            "trace replay step --backend tlm --scratchpads a=16K,b=64K,sums=16K --memory "
                            "latency=20,bytes_per_cycle=64");
  CHECK_THAT(words.out, Contains(fmt::format("{} cycles: ", before)) && Contains(" operand stall, ") &&
                            Contains(" write stall\n"));
  // The same bytes, whoever computed them.
  const Json index = scratch.json("step/index.json");
  CHECK(index["files"] == scratch.json("reference/index.json")["files"]);
  CHECK(index["jobs"] == scratch.json("cpu/index.json")["jobs"]);
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "step"))
    if (entry.path().extension() == ".npy") {
      std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) - 1);
      break;
    }
  const Result damaged = ampa(scratch, "trace replay step");
  CHECK(damaged.exit_code == 2);
  CHECK_THAT(damaged.err, Contains("ampa: step/") && Contains(".npy: "));
}

TEST_CASE("a run's directory has a report of its own") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--out run").exit_code == 0);
  const Result result = ampa(scratch, "report run --point fused-4x4 --point fused-8x8");
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(scratch.text("run/report.html"), Contains("fused-8x8") && Contains("tinycnn on synthetic"));
  CHECK_THAT(scratch.text("run/trials.csv"), Contains("fused-4x4"));
}

}  // namespace ampa
