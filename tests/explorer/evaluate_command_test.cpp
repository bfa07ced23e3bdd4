// Evaluating the checkpoint of a run through the command.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::kTiny;
using testing::Result;
using testing::Scratch;

}  // namespace

TEST_CASE("evaluate gives the recorded accuracy, loss and tensors of every scheme, on any number of threads") {
  const Scratch scratch;
  for (const std::string scheme : {"ampa", "int4", "fp32"}) {
    INFO(scheme);
    REQUIRE(ampa(scratch, "train " + kTiny + "--scheme " + scheme + " --out " + scheme).exit_code == 0);
    const Json record = scratch.json(scheme + "/record.json").at("results");
    for (const std::string threads : {"1", "3"}) {
      const Result result = ampa(scratch, "evaluate " + scheme + " --json --threads " + threads);
      INFO(result.err);
      REQUIRE(result.exit_code == 0);
      const Json found = result.json().at("results");
      CHECK(found.at("as_recorded") == true);
      CHECK(found.at("num_images") == 32);
      CHECK(found.at("test_loss") == record.at("epochs").back().at("test_loss"));
      CHECK(found.at("test_accuracy_percent") == record.at("epochs").back().at("test_metric"));
      CHECK(found.at("tensor_digest") == record.at("tensor_digest"));
    }
    CHECK_THAT(ampa(scratch, "evaluate " + scheme).out, Contains("as recorded") && Contains("tensor digest "));
  }
}

TEST_CASE("evaluate refuses another network, a folder without a run and a damaged checkpoint") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kTiny + "--scheme int8 --out run").exit_code == 0);
  const Result other = ampa(scratch, "evaluate run --network tinyresnet");
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, Contains("run/checkpoint.bin: identity") && Contains("network"));
  CHECK(ampa(scratch, "evaluate nothing").exit_code == 2);
  std::string bytes = scratch.text("run/checkpoint.bin");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  scratch.write("run/checkpoint.bin", bytes);
  CHECK_THAT(ampa(scratch, "evaluate run").err, Contains("was changed or cut off"));
}

}  // namespace ampa
