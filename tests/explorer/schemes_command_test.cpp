// Schemes, rules and widths through the command.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::kTiny;
using testing::Result;
using testing::Scratch;

std::string digest_of(const Scratch& scratch, const std::string& folder) {
  return scratch.json(folder + "/record.json").at("results").at("tensor_digest").get<std::string>();
}

}  // namespace

TEST_CASE("Z6: every scheme with rules of its own trains to the same bits on every backend") {
  const Scratch scratch;
  const std::string small =
      "--network tinycnn --dataset synthetic --epochs 1 --batch-size 8 --max-train 8 --max-test 8 ";
  for (const std::string scheme : {"ui8", "dai8", "wageubn", "fixed --bits w4a8g6 --activation-rounding stochastic"}) {
    REQUIRE(ampa(scratch, "train " + small + "--overwrite --out cpu --scheme " + scheme).exit_code == 0);
    for (const std::string backend : {"reference", "tlm --point fused-8x8", "rtl"}) {
      const Result result =
          ampa(scratch, "train " + small + "--overwrite --out other --scheme " + scheme + " --backend " + backend);
      INFO(scheme << " on " << backend << result.err);
      REQUIRE(result.exit_code == 0);
      CHECK(digest_of(scratch, "other") == digest_of(scratch, "cpu"));
    }
  }
}

TEST_CASE("list schemes has a line for every scheme") {
  const Scratch scratch;
  const Result result = ampa(scratch, "list schemes --json");
  REQUIRE(result.exit_code == 0);
  std::vector<std::string> names;
  for (const Json& row : result.json()) {
    names.push_back(row.at("name").get<std::string>());
    CHECK(row.at("description").get<std::string>().size() > 10);
  }
  CHECK(names == std::vector<std::string>{"fp32", "int2", "int3", "int4", "int5", "int6", "int7", "int8", "ampa",
                                          "fixed", "double-rounding", "ampa-cost", "onebit", "ui8", "dai8", "wageubn"});
}

TEST_CASE("widths change at an epoch, and a record holds them without the file that they came from") {
  const Scratch scratch;
  scratch.write("bits.json", R"({"*": "w8a8g4", "conv2": 6})");
  const Result result = ampa(scratch, "train " + kTiny + "--scheme fixed --bits @bits.json,50%:4 --out run");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json record = scratch.json("run/record.json");
  CHECK(record.at("config").at("bits") == R"({"*":"w8a8g4","conv2":"6"},50%:4)");
  std::filesystem::remove(scratch / "bits.json");
  const Result more = ampa(scratch, "evaluate run --json");
  INFO(more.err);
  CHECK(more.exit_code == 0);
  CHECK(more.json().at("results").at("as_recorded") == true);
  CHECK(ampa(scratch, "export --run run").exit_code == 0);
}

TEST_CASE("widths of a layer that the network does not have are refused by file and key") {
  const Scratch scratch;
  scratch.write("bits.json", R"({"conv9": 4})");
  const Result train = ampa(scratch, "train " + kTiny + "--scheme fixed --bits @bits.json --out run");
  CHECK(train.exit_code == 2);
  CHECK_THAT(train.err, Contains("bits.json: conv9: expected one of the layers conv2, conv3, fc1"));
  CHECK_FALSE(std::filesystem::exists(scratch / "run"));
  const Result text = ampa(scratch, "train " + kTiny + "--scheme fixed --bits w9 --out run");
  CHECK(text.exit_code == 2);
  CHECK_THAT(text.err, Contains("bits: expected bits in 2..8 such as 8 or w4a8g6, found \"w9\""));
  const Result idle = ampa(scratch, "train " + kTiny + "--scheme int8 --bits 4 --out run");
  CHECK(idle.exit_code == 2);
  CHECK_THAT(idle.err, Contains("--bits") && Contains("acts only with --scheme fixed"));
}

TEST_CASE("runs of the schemes are kept, evaluated and exported like any other, and their traces replay") {
  const Scratch scratch;
  for (const std::string scheme : {"ui8", "dai8", "wageubn",
                                   "int6 --weight-rounding half_away --activation-rounding "
                                   "stochastic --gradient-rounding floor --clipping mse"}) {
    INFO(scheme);
    REQUIRE(ampa(scratch, "train " + kTiny + "--overwrite --out run --scheme " + scheme).exit_code == 0);
    const Result evaluated = ampa(scratch, "evaluate run --json --logits logits.safetensors");
    INFO(evaluated.err);
    REQUIRE(evaluated.exit_code == 0);
    CHECK(evaluated.json().at("results").at("as_recorded") == true);
    const Result exported = ampa(scratch, "export --run run --out weights.safetensors");
    INFO(exported.err);
    REQUIRE(exported.exit_code == 0);
    CHECK(ampa(scratch, "train " + kTiny + "--overwrite --out other --scheme int8 --init weights.safetensors")
              .exit_code == 0);
    std::filesystem::remove_all(scratch / "step");
    const Result recorded = ampa(scratch, "trace record " + kTiny + "--step 1 --out step --scheme " + scheme);
    INFO(recorded.err);
    REQUIRE(recorded.exit_code == 0);
    const Result replayed = ampa(scratch, "trace replay step --backend reference");
    INFO(replayed.out << replayed.err);
    CHECK(replayed.exit_code == 0);
  }
}

TEST_CASE("a sweep varies rules and widths by their settings") {
  const Scratch scratch;
  scratch.write("sweep.json", R"({"schema_version": 1, "name": "rules",
    "base": {"network": "tinycnn", "dataset": "synthetic", "epochs": 2, "batch_size": 16, "max_train": 32,
             "max_test": 16},
    "list": [{"scheme": "fixed", "bits": "w4a4g4,50%:8"}, {"scheme": "ui8", "clip_period": 3},
                 {"scheme": "dai8"}, {"scheme": "ampa", "gradient_clipping": "percentile", "clip_percentile": 99}],
    "baselines": ["int8"]})");
  const Result result = ampa(scratch, "sweep sweep.json --out sweep --workers 1");
  INFO(result.err);
  CHECK(result.exit_code == 0);
}

}  // namespace ampa
