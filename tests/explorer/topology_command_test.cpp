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
  CHECK(slow.json()["results"]["layers"][2]["operand_stall_cycles"] > 0);
  CHECK(json.json()["results"]["layers"][2]["operand_stall_cycles"] == 0);
  CHECK(json.json()["config"]["activation_bits"] == 6);
  CHECK(json.json()["config"]["weight_bits"] == 4);
  CHECK(json.json()["results"]["layers"][2]["compute_cycles"] == 16 * 288);
}

TEST_CASE("simulate refuses a topology with the line and column, and flags that do not go together") {
  const Scratch scratch;
  scratch.write("good.csv", kTopology);
  scratch.write("bad.csv", kTopology + "conv16, 10, 10, 3, 3, 64, sixty, 1,\n");
  check_refused(ampa(scratch, "simulate --topology bad.csv --csv out.csv"),
                "bad.csv: line 5, column 7: expected Num Filter as a whole number from 1 to 2^63 - 1, found \"sixty\"");
  CHECK_FALSE(std::filesystem::exists(scratch / "out.csv"));
  check_refused(ampa(scratch, "simulate --topology nowhere.csv"), "nowhere.csv: cannot read");
  check_refused(ampa(scratch, "simulate"), "--record, --topology: expected exactly one of them, found none");
  check_refused(ampa(scratch, "simulate --record r.json --topology good.csv"), "found both");
  for (const std::string flag : {"--csv out.csv", "--passes dgrad", "--no-header", "--scale-sim-config a.cfg"})
    check_refused(ampa(scratch, "simulate --record r.json " + flag),
                  flag.substr(0, flag.find(' ')) + ": acts only with --topology");
  check_refused(ampa(scratch, "simulate --topology good.csv --passes fwd,fwd"), "--passes: expected each pass once");
  check_refused(ampa(scratch, "simulate --topology good.csv --passes backward"), "dgrad");
  check_refused(ampa(scratch, "simulate --topology good.csv --backend rtl"), "--backend: acts only with --record");
  check_refused(ampa(scratch, "simulate --topology good.csv --bits 9"), "--bits");
  check_refused(ampa(scratch, "simulate --topology good.csv --point fused-0x4"), "fused-0x4");
}

TEST_CASE("simulate costs the passes of a training step of a topology for a batch") {
  const Scratch scratch;
  scratch.write("net.csv", kTopology + "fc_DP, 8, 8, 3, 3, 5, 1, 1,\n");
  const Result result = ampa(scratch,
                             "simulate --topology net.csv --point fused-16x16 --bits 8 4 6 --batch-size 8 "
                             "--passes fwd,dgrad,wgrad --csv report.csv --json");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  scratch.write("topology.json", result.out);
  CHECK(std::system((std::string("python3 ") + AMPA_SOURCE_DIR + "/tests/explorer/validate.py " + AMPA_SOURCE_DIR +
                     "/reports/topology.schema.json " + (scratch / "topology.json").string())
                        .c_str()) == 0);
  const Json json = result.json(), layers = json["results"]["layers"];
  CHECK(json["config"]["gradient_bits"] == 6);
  CHECK(json["config"]["batch_size"] == 8);
  REQUIRE(layers.size() == 12);
  CHECK(layers[4]["pass"] == "dgrad");
  CHECK(layers[4]["m"] == 8 * 18 * 18);
  CHECK(layers[5]["k"] == 8 * 16 * 16);
  CHECK(layers[9]["count"] == 5);
  std::int64_t cycles = 0;
  for (const Json& layer : layers) cycles += layer["total_cycles"].get<std::int64_t>();
  CHECK(json["results"]["total"]["total_cycles"] == cycles);
  CHECK_THAT(scratch.text("report.csv"), Contains(" wgrad,\n") && Contains("\n7, "));
}

TEST_CASE("simulate says on stderr what it reads otherwise than a topology's header says") {
  const Scratch scratch;
  scratch.write("net.csv", "layA, 20, 20, 3, 3, 4, 8, 1,\nlayB, 18, 18, 3, 3, 8, 8, 1, 1:2, 77\n");
  const Result noted = ampa(scratch, "simulate --topology net.csv --point int8-16x16");
  REQUIRE(noted.exit_code == 0);
  CHECK_THAT(noted.err, Contains("note: net.csv: line 1 is taken as the header") &&
                            Contains("note: net.csv: column 10: 1 values are not used, the first in line 2") &&
                            Contains("1 layers are costed as dense ones"));
  CHECK_THAT(noted.out, !Contains("layA"));
  CHECK_THAT(ampa(scratch, "simulate --topology net.csv --point int8-16x16 --no-header").out, Contains("layA"));
  std::ofstream(scratch / "wide.csv", std::ios::binary) << std::string("\xFF\xFEL\0,\0", 6);
  check_refused(ampa(scratch, "simulate --topology wide.csv"),
                "wide.csv: expected a text in UTF-8, found one in UTF-16");
}

TEST_CASE("simulate shows the layers that fit a core and refuses the others by name") {
  const Scratch scratch;
  scratch.write("net.csv", "L, M, N, K,\nhead, 1, 50257, 4000000,\nsmall, 64, 64, 64,\n");
  const std::string command = "simulate --topology net.csv --point int8-16x16 --memory bytes_per_cycle=16 ";
  const Result result = ampa(scratch, command + "--csv report.csv");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.out, Contains("small"));
  CHECK_THAT(result.err,
             Contains("net.csv: expected layers that the point runs, found 1 of 2 refused, which are left out; no "
                      "CSV is written: layer 'head': "));
  CHECK_FALSE(std::filesystem::exists(scratch / "report.csv"));
  const Json json = ampa(scratch, command + "--json").json();
  CHECK(json["results"]["refused"].at(0)["layer"] == "head");
  CHECK(json["results"]["layers"].size() == 1);
}

TEST_CASE("simulate takes array, scratchpads and bandwidth from a configuration of SCALE-Sim") {
  const Scratch scratch;
  scratch.write("net.csv", kTopology);
  scratch.write("user.cfg",
                "[general]\nrun_name = x\n[architecture_presets]\nArrayHeight: 8\nArrayWidth: 16\nIfmapSramSzkB: 64\n"
                "FilterSramSzkB: 64\nOfmapSramSzkB: 64\nIfmapOffset: 0\nBandwidth: 4\nDataflow: ws\n"
                "[run_presets]\nInterfaceBandwidth: USER\n");
  const Result user = ampa(scratch, "simulate --topology net.csv --scale-sim-config user.cfg --json");
  INFO(user.err);
  REQUIRE(user.exit_code == 0);
  CHECK_THAT(user.err, Contains("note: user.cfg: not used: architecture_presets.IfmapOffset"));
  CHECK(user.json()["config"]["point"] == "int8-ws-8x16");
  CHECK(user.json()["config"]["memory"] == "latency=1,bytes_per_cycle=4");
  CHECK(user.json()["config"]["scratchpads"] == "a=32768,b=32768,sums=4096,port=8");
  const Result same = ampa(scratch,
                           "simulate --topology net.csv --point int8-ws-8x16 --memory latency=1,bytes_per_cycle=4 "
                           "--scratchpads a=32K,b=32K,sums=4096,port=8 --json");
  CHECK(same.json()["results"] == user.json()["results"]);
  const Result fused =
      ampa(scratch, "simulate --topology net.csv --scale-sim-config user.cfg --point fused-ws-8x16 --memory ideal");
  CHECK(fused.exit_code == 0);
  CHECK_THAT(fused.err, Contains("architecture_presets.Bandwidth (--memory is given)"));
  check_refused(ampa(scratch, "simulate --topology net.csv --scale-sim-config user.cfg --point fused-16x16"),
                "--point: expected fused-ws-8x16, the array of user.cfg, found fused-16x16");
  scratch.write("is.cfg", "[architecture_presets]\nArrayHeight: 8\nArrayWidth: 16\nDataflow: is\n");
  check_refused(ampa(scratch, "simulate --topology net.csv --scale-sim-config is.cfg"),
                "is.cfg: line 4: architecture_presets.Dataflow: expected os or ws");
}

TEST_CASE("with a memory, efficiency follows from the blocks of the core, and more scratchpad is not slower") {
  const Scratch scratch;
  scratch.write("gemm.csv", "Layer, M, N, K,\nx, 10000, 10000, 64,\n");
  std::int64_t before = INT64_MAX;
  for (const char* pads : {"a=1K,b=2K,sums=256,port=16", "a=4K,b=16K,sums=16K,port=16", "a=1024K,b=1024K,sums=16K"}) {
    const Result result = ampa(scratch, std::string("simulate --topology gemm.csv --point int8-16x16 --json --memory "
                                                    "latency=20,bytes_per_cycle=16 --csv r.csv --scratchpads ") +
                                            pads);
    INFO(pads << result.err);
    REQUIRE(result.exit_code == 0);
    const Json layer = result.json()["results"]["layers"][0];
    const std::int64_t cycles = layer["total_cycles"], compute = layer["compute_cycles"];
    CHECK(cycles <= before);
    CHECK(cycles == compute + layer["fill_drain_cycles"].get<std::int64_t>() +
                        layer["operand_stall_cycles"].get<std::int64_t>() +
                        layer["write_stall_cycles"].get<std::int64_t>());
    CHECK(layer["mapping_efficiency_percent"].get<double>() == Approx(100.0 * 25e6 / static_cast<double>(compute)));
    before = cycles;
  }
  CHECK(before <= 51500000);
  // A row of positions that does not fill the array: 9 of 16.
  scratch.write("narrow.csv", "Layer, M, N, K,\nx, 9, 64, 64,\n");
  const Result narrow = ampa(scratch, "simulate --topology narrow.csv --point int8-16x16 --json --memory ideal");
  REQUIRE(narrow.exit_code == 0);
  CHECK(narrow.json()["results"]["layers"][0]["mapping_efficiency_percent"] == 56.25);
}

TEST_CASE("cycles beyond 63 bits are refused by the layer's name") {
  const Scratch scratch;
  scratch.write("ov.csv", "Layer, M, N, K,\nx, 2147483648, 2048, 1,\n");
  scratch.write("ov2.csv", "Layer, M, N, K,\nx, 100000, 4096, 4,\n");
  for (const char* run :
       {"ov.csv --point int8-16x16 --memory bytes_per_cycle=1/1000000",
        "ov2.csv --point int8-16x16 --memory gap_period=1000000,gap=999999,bytes_per_cycle=1/1000000"})
    check_refused(ampa(scratch, std::string("simulate --topology ") + run),
                  "layer 'x': core int8-16x16:a=16384,b=65536,sums=16384,port=16: cycles: expected at most "
                  "9223372036854775807 (63 bits), found more");
  CHECK(ampa(scratch, "simulate --topology ov2.csv --point int8-16x16 --memory bytes_per_cycle=1/1000000").exit_code ==
        0);
}

TEST_CASE("layers that a core refuses are all named with their limits, and hide no other one") {
  const Scratch scratch;
  scratch.write(
      "layers.csv",
      kTopology + "large, 600, 600, 3, 3, 4, 16, 1,\ndeep, 10, 10, 3, 3, 4096, 64, 1,\nlast, 6, 6, 3, 3, 3, 8, 1,\n");
  const Result result =
      ampa(scratch, "simulate --topology layers.csv --memory latency=20,bytes_per_cycle=16 --csv out.csv");
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.out, Contains("conv15") && Contains("last") && !Contains("large") && !Contains("deep"));
  CHECK_THAT(result.err,
             Contains("layers.csv: expected layers that the point runs, found 2 of 6 refused, which are left "
                      "out; no CSV is written: layer 'large': core ") &&
                 Contains("10 row(s) of 598 positions (the table has 64 slabs for the 598 rows of an image)") &&
                 Contains("; layer 'deep': core ") && Contains("b: expected at least"));
  CHECK_FALSE(std::filesystem::exists(scratch / "out.csv"));
  scratch.write("image600.csv", kTopology.substr(0, kTopology.find('\n') + 1) + "x, 600, 600, 3, 3, 4, 16, 1,\n");
  check_refused(
      ampa(scratch, "simulate --topology image600.csv --memory latency=20 --scratchpads a=64K,b=64K,sums=64K"),
      "layer 'x': core ");
}

}  // namespace ampa
