// The command as a user types it: what it prints, and exit codes 0 and 2 of what needs no training.
#include <algorithm>
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

// One line on stderr that starts with "ampa: ", nothing on stdout.
void check_bad_input(const Result& result, const std::string& text) {
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Catch::StartsWith("ampa: ") && Contains(text));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK(result.out.empty());
}

}  // namespace

TEST_CASE("estimate gives the paper's figures of ResNet-20") {
  const Scratch scratch;
  const std::string paper = "estimate --network resnet20 --itv 0.05 --thr 3 --epochs 200 ";
  const Result words = ampa(scratch, paper + "--alpha 10 --beta 20 --gamma 30");
  CHECK(words.exit_code == 0);
  CHECK_THAT(words.out,
             Contains("7.70 G") && Contains("35.42 % ..") && Contains("weights 1, activations 3, gradients 5"));
  const Json higher = ampa(scratch, paper + "--alpha 20 --beta 40 --gamma 60 --json").json();
  CHECK(higher["results"]["int8_bitops"] == 7700742144);
  CHECK(higher["results"]["low_percent"].get<double>() == Approx(16.55).margin(0.005));
  CHECK(higher["config"]["alpha"] == 20.0);
}

TEST_CASE("estimate says which setting can do nothing") {
  const Scratch scratch;
  const Result result = ampa(scratch, "estimate --network resnet8 --alpha 10 --epochs 20");
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("Note: ") && Contains("alpha"));
}

TEST_CASE("a data set gives estimate its image size") {
  const Scratch scratch;
  const Json own = ampa(scratch, "estimate --network tinyresnet --json").json();
  const Json shaped = ampa(scratch, "estimate --network resnet8 --dataset synthetic --json").json();
  const Json unshaped = ampa(scratch, "estimate --network resnet8 --json").json();
  CHECK(own["config"]["dataset"].is_null());
  CHECK(shaped["results"]["macs"] < unshaped["results"]["macs"]);
}

TEST_CASE("list names what there is") {
  const Scratch scratch;
  for (const auto& [kind, name] : {std::pair("networks", "resnet20"), std::pair("datasets", "fashion-mnist"),
                                   std::pair("points", "fused-16x16"), std::pair("schemes", "ampa")}) {
    CHECK_THAT(ampa(scratch, std::string("list ") + kind).out, Contains(name));
    const Json json = ampa(scratch, std::string("list ") + kind + " --json").json();
    CHECK(std::any_of(json.begin(), json.end(),
                      [&, n = std::string(name)](const Json& row) { return row["name"] == n; }));
  }
}

TEST_CASE("a hardware point is listed with its share of the device and the clock of its processing element") {
  const Scratch scratch;
  const Json points = ampa(scratch, "list points --json").json();
  const auto point =
      std::find_if(points.begin(), points.end(), [](const Json& row) { return row["name"] == "int8-16x16"; });
  REQUIRE(point != points.end());
  CHECK((*point)["dsp48e1_percent"] == 9.1);  // 256 of 2800
  CHECK((*point)["lut_no_dsp_percent"].get<double>() ==
        Approx((*point)["lut_no_dsp"].get<double>() / 3036).margin(0.051));
  CHECK((*point)["carry4_with_dsp"] < (*point)["carry4_no_dsp"]);
  CHECK((*point)["pe_pre_layout_mhz"] > 0);
}

TEST_CASE("flags win over --set, --set over the file, the file over defaults") {
  const Scratch scratch;
  scratch.write("run.json", R"({"alpha": 1, "beta": 2, "gamma": 3})");
  const Json config =
      ampa(scratch, "estimate --config run.json --set beta=20 --set gamma=30 --gamma 33 --json").json()["config"];
  CHECK(config["alpha"] == 1.0);
  CHECK(config["beta"] == 20.0);
  CHECK(config["gamma"] == 33.0);
  CHECK(config["thr"] == 3);
  scratch.write("itv.json", R"({"itv": 0.5})");
  CHECK(ampa(scratch, "estimate --config itv.json --itv-epochs 3 --json").json()["config"]["itv_epochs"] == 3);
}

TEST_CASE("a command line that is wrong exits 2 with one line") {
  const Scratch scratch;
  check_bad_input(ampa(scratch, ""), "subcommand is required");
  check_bad_input(ampa(scratch, "fly"),
                  "command: expected one of estimate, train, evaluate, export, simulate, compare, table14, switch, "
                  "assign-widths, job, verify, "
                  "trace, sweep, study, worker, trials, paper, recommend, report, list, "
                  "found \"fly\"");
  check_bad_input(
      ampa(scratch, "estimate --alhpa 10"),
      "--alhpa: expected a flag of ampa estimate, found none; did you mean --alpha? (see ampa estimate --help)");
  check_bad_input(ampa(scratch, "trian"), "found \"trian\"; did you mean train?");
  check_bad_input(ampa(scratch, "estimate --alpha"), "--alpha");
  check_bad_input(ampa(scratch, "estimate --alpha ten"), "--alpha: expected a number in [0, 100], found \"ten\"");
  check_bad_input(ampa(scratch, "estimate --alpha 101"), "--alpha: expected a number in [0, 100], found \"101\"");
  check_bad_input(ampa(scratch, "estimate --itv 0.1 --itv-epochs 3"),
                  "command line: itv_epochs: expected either itv or");
  check_bad_input(ampa(scratch, "estimate --set itv=0.1 --itv-epochs 3"),
                  "command line: itv_epochs: expected either itv or");
  check_bad_input(ampa(scratch, "estimate --set itv=0.1 --set itv_epochs=3"),
                  "command line: itv_epochs: expected either itv or");
  check_bad_input(ampa(scratch, "estimate --set alpha"), "--set: expected KEY=VALUE");
  check_bad_input(ampa(scratch, "estimate --network resnet21"), "resnet21");
  check_bad_input(ampa(scratch, "estimate --dataset mnist"), "dataset: expected one of fashion-mnist");
  check_bad_input(ampa(scratch, "train --threads 0"), "--threads");
  check_bad_input(ampa(scratch, "train --threads two"), "--threads");
  check_bad_input(ampa(scratch, "train --isa mmx"), "mmx");
  check_bad_input(ampa(scratch, "train --backend gpu"),
                  "--backend: expected one of cpu, reference, tlm, rtl, found \"gpu\"");
  check_bad_input(ampa(scratch, "train --backend tlm --point cube-3"), "cube-3");
  check_bad_input(ampa(scratch, "verify --jobs -1"), "--jobs");
  for (const char* jobs : {"1000000001", "99999999999999999999"})
    check_bad_input(ampa(scratch, std::string("verify --jobs ") + jobs), "1000000000");
  for (const char* command : {"verify --jobs 0", "simulate --record none.json --backend tlm"})
    for (const char* seed : {"-1", "18446744073709551616", "one"})
      check_bad_input(ampa(scratch, std::string(command) + " --seed " + seed),
                      "--seed: expected an integer in [0, 2^64 - 1], found \"" + std::string(seed) + '"');
  check_bad_input(ampa(scratch, "verify --point fused-3x3"), "fused-3x3");
  for (const char* flag : {"--max-accuracy-loss", "--min-rr", "--max-cycles"})
    for (const char* number : {"nan", "inf", "-101"})
      check_bad_input(ampa(scratch, std::string("recommend dir ") + flag + " " + number),
                      std::string(flag) + ": expected a number in [");
  check_bad_input(ampa(scratch, "recommend dir --baseline foo"),
                  "--baseline: expected one of fp32, int2, int3, int4, int5, int6, int7, int8, ampa, fixed, "
                  "double-rounding, ampa-cost, onebit, ui8, dai8, wageubn, found "
                  "\"foo\"");
  check_bad_input(ampa(scratch, "simulate"), "--record");
  check_bad_input(ampa(scratch, "list planets"),
                  "command: expected one of networks, datasets, points, schemes, settings, found \"planets\"");
  check_bad_input(ampa(scratch, "trace replay nowhere"), "nowhere");
  check_bad_input(ampa(scratch, "sweep --out x"), "SWEEP");
}

TEST_CASE("a file that is wrong exits 2 and is named with what was found") {
  const Scratch scratch;
  check_bad_input(ampa(scratch, "estimate --config none.json"), "none.json: cannot read");
  scratch.write("cut.json", R"({"alpha": 1)");
  check_bad_input(ampa(scratch, "estimate --config cut.json"),
                  "cut.json: line 1, column 12: expected ',' or '}', found the end of the text");
  scratch.write("type.json", R"({"epochs": "many"})");
  check_bad_input(ampa(scratch, "estimate --config type.json"), "type.json: epochs: expected an integer in [0,");
  scratch.write("unknown.json", R"({"epoch": 1})");
  check_bad_input(ampa(scratch, "estimate --config unknown.json"), "unknown.json: epoch: expected one of the keys");
  scratch.write("sweep.json", R"({"schema_version": 2, "name": "x"})");
  check_bad_input(ampa(scratch, "sweep sweep.json --out dir"),
                  "sweep.json: schema_version: expected an integer in [1, 1]");
  scratch.write("record.json", R"({"schema_version": 7, "context": {}, "config": {}, "results": {}})");
  check_bad_input(ampa(scratch, "simulate --record record.json"),
                  "record.json: schema_version: expected an integer in [1, 2], found 7");
  check_bad_input(ampa(scratch, "simulate --record none.json"), "none.json: cannot read");
  std::filesystem::create_directory(scratch / "empty");
  check_bad_input(ampa(scratch, "report empty"), "empty: expected the directory of a sweep");
  check_bad_input(ampa(scratch, "recommend empty"), "empty: expected the directory of a sweep");
  CHECK_FALSE(std::filesystem::exists(scratch / "dir"));
}

TEST_CASE("a data set that is missing or truncated exits 2 before anything is written") {
  const Scratch scratch;
  const std::string train = "train --network tinycnn --epochs 1 --out run ";
  check_bad_input(ampa(scratch, train + "--dataset cifar10"), "data_dir");
  check_bad_input(ampa(scratch, train + "--dataset cifar10 --data-dir nowhere"), "nowhere");
  for (const char* batch :
       {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"})
    scratch.write(std::string("cifar/") + batch + ".bin", std::string(3073 * 2 - 1, '\1'));
  check_bad_input(ampa(scratch, train + "--dataset cifar10 --data-dir cifar"), "data_batch_1.bin");
  CHECK_FALSE(std::filesystem::exists(scratch / "run" / "record.json"));
}

TEST_CASE("what is typed is UTF-8, and found before anything is done") {
  const Scratch scratch;
  check_bad_input(ampa(scratch, "train " + testing::kTiny + "--out \"$(printf 'r\\377')\""),
                  "--out: expected text in UTF-8, found \"r\\xff\"");
  check_bad_input(ampa(scratch, "train " + testing::kTiny + "--out=\"$(printf 'r\\377')\""),
                  "--out: expected text in UTF-8");
  check_bad_input(ampa(scratch, "report \"$(printf 'r\\377')\""), "command line: expected text in UTF-8");
}

TEST_CASE("control characters of names do not reach the terminal") {
  const Scratch scratch;
  const Result result = ampa(scratch, "estimate --network \"$(printf '\\033[2J\\nx.json')\"");
  check_bad_input(result, "\\x1b[2J");
  CHECK(result.err.find('\x1b') == std::string::npos);
}

TEST_CASE("deep JSON is refused by every command that reads some") {
  const Scratch scratch;
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  scratch.write("c.json", "{\"epochs\": " + deep + "}");
  scratch.write("n.json", "{\"schema_version\": 1, \"name\": " + deep + "}");
  scratch.write("r.json", "{\"schema_version\": " + deep + "}");
  check_bad_input(ampa(scratch, "train --config c.json"), "c.json: epochs: expected at most 100 arrays and objects");
  check_bad_input(ampa(scratch, "estimate --network n.json"), "n.json: name: expected at most 100 arrays and objects");
  for (const char* command : {"simulate --record r.json", "sweep r.json --out o"})
    check_bad_input(ampa(scratch, command), "r.json: schema_version: expected at most 100 arrays and objects");
}

TEST_CASE("output that cannot be written exits 1 and is named") {
  const Scratch scratch;
  const Result full = ampa(scratch, "list networks > /dev/full 2> full.txt; exit $?; true");
  CHECK(full.exit_code == 1);
  CHECK(scratch.text("full.txt") == "ampa: standard output: cannot write: No space left on device\n");
  for (const char* command : {"--help", "train --help", "list networks"}) {
    INFO(command);
    CHECK(ampa(scratch, std::string(command) + " > /dev/full 2> full.txt; exit $?; true").exit_code == 1);
    CHECK(ampa(scratch, std::string(command) + " >&- 2> closed.txt; exit $?; true").exit_code == 1);
    CHECK(scratch.text("closed.txt") == "ampa: standard output: cannot write: Bad file descriptor\n");
  }
  // A reader that has gone: a pipe whose other end is opened and closed again.
  const Result gone = ampa(scratch, "list networks 2> gone.txt >&3; exit $?; true",
                           "mkfifo pipe; exec 4<>pipe; exec 3>pipe; exec 4<&-; ");
  CHECK(gone.exit_code == 1);
  CHECK(scratch.text("gone.txt") == "ampa: standard output: cannot write: Broken pipe\n");
  scratch.write("file", "x");
  const Result unwritable = ampa(scratch, "train " + testing::kTiny + "--out file/run");
  CHECK(unwritable.exit_code == 1);
  CHECK_THAT(unwritable.err, Catch::StartsWith("ampa: file/run: cannot make the directory"));
}

TEST_CASE("help exits 0 on every level") {
  const Scratch scratch;
  for (const char* arguments : {"--help", "train --help", "trace record --help", "list --help"}) {
    const Result result = ampa(scratch, arguments);
    CHECK(result.exit_code == 0);
    CHECK_FALSE(result.out.empty());
  }
}

}  // namespace ampa
