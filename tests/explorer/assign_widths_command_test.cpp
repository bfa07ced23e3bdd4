// Widths by layer for a run that trained several, through the command.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

const std::string kSmall =
    "--network tinyresnet --dataset synthetic --epochs 2 --batch-size 16 --max-train 64 --max-test 32 ";
const std::string kJoint = "train " + kSmall + "--scheme double-rounding --widths 4,3,2 --optimizer adam --lr 0.01 ";

}  // namespace

TEST_CASE("assign-widths gives each layer a width, tests the one model at them and writes what --bits takes") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, kJoint + "--out run").exit_code == 0);
  const std::string command = "assign-widths run --average 3 --probes 2 --json --out bits.json --threads ";
  const Result result = ampa(scratch, command + "1");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json found = result.json().at("results");
  CHECK(ampa(scratch, command + "3").json().at("results") == found);
  CHECK(found.at("average_bits") <= 3);
  const Json file = scratch.json("bits.json");
  REQUIRE(file.size() == found.at("layers").size());
  double bits = 0;
  for (const Json& layer : found.at("layers")) {
    const std::string width = std::to_string(layer.at("bits").get<int>());
    CHECK(file.at(layer.at("layer").get<std::string>()) == "w" + width + "a" + width);
    CHECK(layer.at("error_4_bits") == 0);
    CHECK(layer.at("error_2_bits") >= layer.at("error_3_bits"));
    bits += layer.at("bits").get<double>();
  }
  CHECK(found.at("average_bits") == bits / static_cast<double>(file.size()));
  // Uniform widths that are not calibrated are those that the run has recorded.
  const Json plain = ampa(scratch, command + "1 --calibrate 0").json().at("results").at("tests");
  const Json widths = scratch.json("run/record.json").at("results").at("epochs").back().at("widths");
  REQUIRE(found.at("tests").size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(plain[i].at("test_loss") == widths[i].at("test_loss"));
  CHECK(plain[3].at("test_loss") != found.at("tests")[3].at("test_loss"));
  CHECK(found.at("bytes").at("integer_model") < found.at("bytes").at("fp32_model"));

  REQUIRE(ampa(scratch, "train " + kSmall + "--scheme fixed --bits @bits.json --out fixed").exit_code == 0);
  const Json epochs = scratch.json("fixed/record.json").at("results").at("epochs");
  CHECK(epochs.back().at("bits")[0] == found.at("layers")[0].at("bits"));
  CHECK(ampa(scratch, "simulate --record fixed/record.json --point serial-16x16").exit_code == 0);
}

TEST_CASE("assign-widths: at the highest mean every layer has it, and pairs of widths have a batch norm of their own") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, kJoint + "--mixing hasb --mixing-probes 1 --out run").exit_code == 0);
  const Result result = ampa(scratch, "assign-widths run --average 4 --probes 1 --json");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json found = result.json();
  CHECK(found.at("config").at("calibrate") == 0);
  const Json tests = found.at("results").at("tests");
  for (const Json& layer : found.at("results").at("layers"))
    if (layer.at("trace") > 0) CHECK(layer.at("bits") == 4);
  CHECK(tests[0].at("test_loss") == scratch.json("run/record.json").at("results").at("epochs").back().at("test_loss"));
  CHECK_THAT(ampa(scratch, "assign-widths run --average 3 --probes 1").out,
             Contains("batch norm of every pair of successive widths"));
}

TEST_CASE("assign-widths refuses runs of one width, widths that were not trained and means below the smallest") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kSmall + "--scheme int8 --out int8").exit_code == 0);
  CHECK_THAT(ampa(scratch, "assign-widths int8 --average 3").err,
             Contains("expected double-rounding") && Contains("found int8"));
  REQUIRE(ampa(scratch, kJoint + "--out run").exit_code == 0);
  const Result other = ampa(scratch, "assign-widths run --average 3 --widths 8,2");
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, Contains("--widths: expected widths that the run trained, 4, 3, 2, found 8"));
  CHECK_THAT(ampa(scratch, "assign-widths run --average 2.5 --widths 4,3").err,
             Contains("average: expected at least 3") && Contains("found 2.5"));
  CHECK(ampa(scratch, "assign-widths run").exit_code == 2);
}

}  // namespace ampa
