// `ampa simulate --topology`, as a user of SCALE-Sim meets it.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

const std::string kTopology =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
    "conv0, 34, 34, 3, 3, 3, 16, 1,\nconv8, 18, 18, 3, 3, 32, 32, 1,\nconv15, 10, 10, 3, 3, 64, 64, 1,\n";

void check_refused(const Result& result, const std::string& text) {
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Catch::StartsWith("ampa: ") && Contains(text));
  CHECK(result.out.empty());
}

}  // namespace

TEST_CASE("simulate costs a topology of SCALE-Sim and writes its report") {
  const Scratch scratch;
  scratch.write("resnet20.csv", kTopology);
  const Result words = ampa(scratch, "simulate --topology resnet20.csv --point int8-16x16 --csv COMPUTE_REPORT.csv");
  INFO(words.err);
  REQUIRE(words.exit_code == 0);
  CHECK_THAT(words.out, Contains("256 x 32 x 288") && Contains("10175") && Contains("15839"));
  CHECK_THAT(scratch.text("COMPUTE_REPORT.csv"),
             Catch::StartsWith("LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, ") &&
                 Contains("\n2, 10000, 0, "));
  const Result json = ampa(scratch, "simulate --topology resnet20.csv --point fused-16x16 --bits 6 4 --json");
  REQUIRE(json.exit_code == 0);
  scratch.write("topology.json", json.out);
  CHECK(std::system((std::string("python3 ") + AMPA_SOURCE_DIR + "/tests/explorer/validate.py " + AMPA_SOURCE_DIR +
                     "/reports/topology.schema.json " + (scratch / "topology.json").string())
                        .c_str()) == 0);
  const Result slow =
      ampa(scratch, "simulate --topology resnet20.csv --point fused-16x16 --memory bytes_per_cycle=1 --json");
  INFO(slow.err);
  REQUIRE(slow.exit_code == 0);
  CHECK(slow.json()["results"]["layers"][2]["stall_cycles"] > 0);
  CHECK(json.json()["results"]["layers"][2]["stall_cycles"] == 0);
  CHECK(json.json()["config"]["activation_bits"] == 6);
  CHECK(json.json()["config"]["weight_bits"] == 4);
  CHECK(json.json()["results"]["layers"][2]["compute_cycles"] == 16 * 288);
}

TEST_CASE("simulate refuses a topology with the line and column, and flags that do not go together") {
  const Scratch scratch;
  scratch.write("good.csv", kTopology);
  scratch.write("bad.csv", kTopology + "conv16, 10, 10, 3, 3, 64, sixty, 1,\n");
  check_refused(ampa(scratch, "simulate --topology bad.csv --csv out.csv"),
                "bad.csv: line 5, column 7: expected Num Filter as an integer in [1, 2147483648], found \"sixty\"");
  CHECK_FALSE(std::filesystem::exists(scratch / "out.csv"));
  check_refused(ampa(scratch, "simulate --topology nowhere.csv"), "nowhere.csv: cannot read");
  check_refused(ampa(scratch, "simulate"), "--record, --topology: expected exactly one of them, found none");
  check_refused(ampa(scratch, "simulate --record r.json --topology good.csv"), "found both");
  check_refused(ampa(scratch, "simulate --record r.json --csv out.csv"), "--csv: expected with --topology only");
  check_refused(ampa(scratch, "simulate --topology good.csv --backend rtl"), "--backend: expected analytic");
  check_refused(ampa(scratch, "simulate --topology good.csv --bits 9"), "--bits");
  check_refused(ampa(scratch, "simulate --topology good.csv --point fused-0x4"), "fused-0x4");
}

}  // namespace ampa
