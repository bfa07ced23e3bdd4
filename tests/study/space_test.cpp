#include "study/space.h"

#include <catch2/catch.hpp>
#include <set>

#include "common/error.h"

namespace ampa::study {
namespace {

using Catch::Contains;

Space space_of(const std::string& text) {
  const Json json = Json::parse(text);
  JsonReader reader(json, "S.json");
  return read_space(reader, {20, [] { return 6; }});
}

std::vector<Json> values_of(const std::string& entry) {
  return space_of("{\"space\": {" + entry + "}}").dimensions.at(0).values;
}

std::string error_of(const std::string& text) {
  try {
    space_of(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("space: all combinations, the last dimension fastest") {
  const Space space = space_of(R"({"space": {"alpha": [10, 20], "thr": [1, 2, "inf"]}})");
  CHECK(space.num_combinations() == 6);
  CHECK(space.combination(0) == Json({{"alpha", 10.0}, {"thr", 1}}));
  CHECK(space.combination(2) == Json({{"alpha", 10.0}, {"thr", "inf"}}));
  CHECK(space.combination(3) == Json({{"alpha", 20.0}, {"thr", 1}}));
}

TEST_CASE("space: a conditional setting is left out where it does not act") {
  const Space space = space_of(
      R"({"space": {"scheme": ["int8", "ampa"], "alpha": {"values": [10, 20], "when": {"scheme": ["ampa"]}}}})");
  CHECK(space.combination(1) == Json({{"scheme", "int8"}}));
  CHECK(space.combination(3) == Json({{"scheme", "ampa"}, {"alpha", 20.0}}));
}

TEST_CASE("space: ranges") {
  // 0 to 3 of 6 layers, each just not below the share.
  CHECK(values_of(R"("alpha": {"from": 0, "to": 50})") == std::vector<Json>{0.0, 16.666667, 33.333334, 50.0});
  CHECK(values_of(R"("itv": {"from": 0.04, "to": 0.16})") == std::vector<Json>{0.05, 0.1, 0.15});
  CHECK(values_of(R"("thr": {"from": 2, "to": 4})") == std::vector<Json>{2, 3, 4});
  // The doubles next to the decimals, which print as these.
  CHECK(Json(values_of(R"("itv": {"from": 0.1, "to": 0.7, "steps": 7})")).dump() == "[0.1,0.2,0.3,0.4,0.5,0.6,0.7]");
  CHECK(values_of(R"("batch_size": {"from": 16, "to": 64, "steps": 3, "scale": "log"})") ==
        std::vector<Json>{16, 32, 64});
  const std::vector<Json> rates = values_of(R"("lr": {"from": 0.01, "to": 1, "steps": 3, "scale": "log"})");
  REQUIRE(rates.size() == 3);
  CHECK(rates[1].get<double>() == Approx(0.1));
  CHECK(rates[2] == 1.0);
}

TEST_CASE("space: a list stands in place of dimensions") {
  const Space space = space_of(R"({"list": [{"scheme": "int8"}, {"scheme": "ampa", "alpha": 10}]})");
  CHECK(space.num_combinations() == 2);
  CHECK(space.radices() == std::vector<std::size_t>{2});
  CHECK(space.combination(1) == Json({{"scheme", "ampa"}, {"alpha", 10}}));
}

TEST_CASE("space: errors name the key, what was expected and what was found") {
  CHECK_THAT(error_of("{}"), Contains("S.json: space: expected either `space` or `list`, found neither"));
  CHECK_THAT(error_of(R"({"space": {}, "list": []})"), Contains("found both"));
  CHECK_THAT(error_of(R"({"space": {"alhpa": [1]}})"), Contains("space.alhpa") && Contains("alpha"));
  CHECK_THAT(error_of(R"({"space": {"alpha": [101]}})"), Contains("space.alpha: expected a number in [0, 100]"));
  CHECK_THAT(error_of(R"({"space": {"alpha": [10, 10.0]}})"), Contains("expected values that differ"));
  CHECK_THAT(error_of(R"({"space": {"seed": [1]}})"), Contains("space.seed: expected the seeds under `seeds`"));
  CHECK_THAT(error_of(R"({"space": {"epochs": [1]}})"), Contains("one number of epochs"));
  CHECK_THAT(error_of(R"({"space": {"lr": {"from": 1, "to": 0.1, "steps": 3}}})"), Contains("space.lr.to"));
  CHECK_THAT(error_of(R"({"space": {"lr": {"from": 0.1, "to": 1}}})"), Contains("space.lr.steps: expected a number"));
  CHECK_THAT(error_of(R"({"space": {"lr": {"from": 0.1, "to": 1, "steps": 3, "stpes": 3}}})"), Contains("stpes"));
  CHECK_THAT(error_of(R"({"space": {"alpha": {"values": [1], "when": {"scheme": ["ampa"]}}}})"),
             Contains("space.alpha.when: expected a key that stands before it"));
  CHECK_THAT(error_of(R"({"space": {"lr": {"from": 0.1, "to": 1, "steps": 1000}, "momentum": {"from": 0, "to": 1,
                       "steps": 1000}}})"),
             Contains("space.momentum: expected at most 100000 combinations"));
}

}  // namespace ampa::study
