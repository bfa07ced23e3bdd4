// `ampa verify` and the traces that it leaves, as a user meets them.
#include <catch2/catch.hpp>

#include "gemm/reference_backend.h"
#include "scratch.h"
#include "trace/recorder.h"

namespace ampa::testing {
namespace {

const std::string kSmallPoint = "fused-4x4";

std::string recorded_step() {
  return std::string(AMPA_SOURCE_DIR) + "/traces/tinyresnet_step";
}

// A trace of one job, as the bench leaves them.
void write_trace(const std::filesystem::path& folder, CodeFormat format, const Json& context) {
  const std::vector<std::int32_t> codes{1, -1, 1};
  const gemm::CodeTensor a = gemm::matrix(format, 0, 1, 3, codes), b = gemm::matrix(format, 0, 1, 3, codes);
  const gemm::GemmJob job{gemm::whole(a), gemm::whole(b), "layer", 0, gemm::Pass::kForward};
  gemm::Accumulators sums;
  gemm::ReferenceBackend().run(job, sums);
  trace::Writer writer(folder);
  writer.add_job(job, sums);
  writer.finish(context);
}

Json stressed(const Json& stress) {
  return {{"verify", {{"point", kSmallPoint}, {"stress", Json::array({stress})}}}};
}

}  // namespace

TEST_CASE("verify reports stages, coverage and the recorded step, and repeats for a seed") {
  const Scratch scratch;
  const std::string command = "verify --point " + kSmallPoint + " --jobs 3 --trace " + recorded_step();
  const Result first = ampa(scratch, command + " --seed 7 --json --html page.html");
  CHECK(first.err.find("ampa:") == std::string::npos);
  REQUIRE(first.exit_code == 0);
  scratch.write("verify.json", first.out);
  const std::string validator = std::string(AMPA_SOURCE_DIR) + "/tests/explorer/validate.py";
  const std::string schema = std::string(AMPA_SOURCE_DIR) + "/reports/verify.schema.json";
  CHECK(std::system(("python3 " + validator + " " + schema + " " + (scratch / "verify.json").string()).c_str()) == 0);

  const Json result = first.json()["results"][0];
  CHECK(result["target"] == kSmallPoint);
  CHECK(result["equal"] == true);
  CHECK(result["stages"].size() == 5);
  CHECK(result["stages"][3]["num_scenarios"] == 3);
  CHECK(result["stages"][4]["num_jobs"] == 12);
  CHECK(result["num_overflow_tiles"] == 12);
  CHECK(result["num_code_pairs"] == 508 * 508 * 4);
  CHECK(result["coverage"]["num_unexplained_holes"] == 0);
  CHECK(ampa(scratch, command + " --seed 7 --json").json()["results"] == first.json()["results"]);
  CHECK(ampa(scratch, command + " --seed 8 --json").json()["results"] != first.json()["results"]);

  const std::string page = scratch.text("page.html");
  CHECK_THAT(page, Catch::Contains(kSmallPoint) && Catch::Contains("covering") && !Catch::Contains("class=\"bad\"") &&
                       !Catch::Contains("http://") && !Catch::Contains("https://"));
  CHECK_FALSE(std::filesystem::exists(scratch / "verify-failures"));
}

TEST_CASE("verify runs several points and units, each in a process") {
  const Scratch scratch;
  const Result result =
      ampa(scratch, "verify --point fused-4x4 --unit absmax --unit bitpack-4 --jobs 0 --processes 2 --json");
  REQUIRE(result.exit_code == 0);
  const Json results = result.json()["results"];
  REQUIRE(results.size() == 3);
  CHECK(results[0]["kind"] == "point");
  CHECK(results[1]["target"] == "absmax");
  CHECK(results[2]["target"] == "bitpack-4");
  CHECK(results[2]["coverage"]["crosses"][0]["num_hit"] == results[2]["coverage"]["crosses"][0]["num_bins"]);
}

TEST_CASE("verify refuses what it does not know, and jobs outside a point's contract") {
  const Scratch scratch;
  const auto refused = [&](const std::string& arguments, const std::string& words) {
    const Result result = ampa(scratch, "verify " + arguments);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Contains(words));
  };
  refused("--unit adder", "unit: expected one of absmax, minmax");
  refused("--point fused-5x5", "fused-5x5");
  refused("--trace nowhere", "nowhere");
  write_trace(scratch / "two-level", {1, true}, Json::object());
  refused("--point fused-4x4 --jobs 0 --trace two-level", "point fused-4x4: expected operands of 2..8 bits");
  refused("--point fused-4x4 --unit absmax --jobs 0 --trace two-level", "expected operands of 2..8 bits");
}

TEST_CASE("a trace of the bench replays under its stress, and one whose stress makes no sense is refused") {
  const Scratch scratch;
  const Json stress = {{"seed", "18446744073709551615"},
                       {"operand_stall_percent", 60},
                       {"result_stall_percent", 60},
                       {"reset_cycle", 4},
                       {"noise", true}};
  write_trace(scratch / "sound", {2, true}, stressed(stress));
  const Result sound = ampa(scratch, "trace replay sound --backend rtl --point " + kSmallPoint);
  CHECK(sound.err.find("ampa:") == std::string::npos);
  CHECK(sound.exit_code == 0);
  Json wrong = stress;
  wrong["operand_stall_percent"] = 91;
  write_trace(scratch / "wrong", {2, true}, stressed(wrong));
  const Result refused = ampa(scratch, "trace replay wrong --backend rtl --point " + kSmallPoint);
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Catch::Contains("operand_stall_percent: expected an integer in [0, 90], found 91"));
}

TEST_CASE("a stream of a unit runs again from its file, and a file that makes no sense is refused") {
  const Scratch scratch;
  const Json stream = {{"schema_version", 1}, {"unit", "bitpack-4"},     {"seed", "18446744073709551615"},
                       {"num_inputs", 30},    {"switch_modes", true},    {"offer_percent", 55},
                       {"take_percent", 100}, {"reset_after_cycles", 7}, {"mismatch", "output 3 differs"}};
  write_json_file(scratch / "sound.json", stream);
  const Result sound = ampa(scratch, "verify --stream sound.json");
  CHECK(sound.exit_code == 0);
  CHECK_THAT(sound.out,
             Catch::Contains("stream of 30 inputs, seed 18446744073709551615") && Catch::EndsWith("equal\n"));
  const auto refused = [&](const std::string& key, const Json& value, const std::string& words) {
    Json wrong = stream;
    wrong[key] = value;
    write_json_file(scratch / "wrong.json", wrong);
    const Result result = ampa(scratch, "verify --stream wrong.json");
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Contains(words));
  };
  refused("unit", "adder", "unit: expected one of absmax, minmax");
  refused("seed", "18446744073709551616", "wrong.json: seed: expected a number below 2^64 in decimal digits");
  refused("offer_percent", 0, "wrong.json: offer_percent: expected an integer in [1, 100], found 0");
  CHECK(ampa(scratch, "verify --stream sound.json --all").exit_code == 2);
  CHECK(ampa(scratch, "verify --stream sound.json --json").exit_code == 2);
  CHECK(ampa(scratch, "verify --stream sound.json --trace " + recorded_step()).exit_code == 2);
  CHECK(ampa(scratch, "verify --stream nowhere.json").exit_code == 2);
}

}  // namespace ampa::testing
