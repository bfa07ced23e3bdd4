#include "record/answers.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::record {
namespace {

using Catch::Contains;

Json example() {
  return to_json(Answers{{true, false, false, true, true}, {false, true}});
}

std::string error_of(const Json& json) {
  try {
    answers_from_json(JsonReader(json, "x.json", "answers"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("answers: four samples a digit, the first its highest bit") {
  const Json json = example();
  CHECK(json["validation"] == Json({{"samples", 5}, {"right", "98"}}));
  CHECK(json["test"] == Json({{"samples", 2}, {"right", "4"}}));
  const Answers read = answers_from_json(JsonReader(json, "x.json"));
  CHECK(read.validation == std::vector<bool>{true, false, false, true, true});
  CHECK(read.test == std::vector<bool>{false, true});
  CHECK(percent_right(read.validation) == 60);
}

TEST_CASE("answers: digits that are no answers to the samples are refused") {
  Json json = example();
  Json& test = json["test"];
  SECTION("too few") {
    test["right"] = "";
    CHECK_THAT(error_of(json), Contains("x.json: answers.test.right: expected 1 hexadecimal digits for 2 samples"));
  }
  SECTION("behind the last sample") {
    test["right"] = "5";
    CHECK_THAT(error_of(json), Contains("zeros behind the last sample"));
  }
  SECTION("no digit") {
    test["right"] = "g";
    CHECK_THAT(error_of(json), Contains("expected hexadecimal digits, found 'g'"));
  }
}

}  // namespace ampa::record
