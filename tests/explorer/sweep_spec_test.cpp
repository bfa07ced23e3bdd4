#include "config/sweep_spec.h"

#include <catch2/catch.hpp>
#include <set>

#include "common/error.h"

namespace ampa::config {
namespace {

using Catch::Contains;

Json minimal() {
  return {{"schema_version", 1}, {"name", "s"}};
}

SweepSpec parse(const Json& json) {
  return parse_sweep(json, "SWEEP.json");
}

std::string error_of(const Json& json) {
  try {
    parse(json);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a grid spreads into every combination, with every seed") {
  Json json = minimal();
  json["base"] = {{"network", "resnet8"}, {"beta", 25}};
  json["grid"] = {{"alpha", {5, 10, 20}}, {"thr", {0, "inf"}}};
  json["seeds"] = {1, 2};
  const SweepSpec spec = parse(json);
  REQUIRE(spec.trials.size() == 12);
  std::set<std::string> ids, settings;
  for (const Trial& trial : spec.trials) {
    ids.insert(trial.id);
    settings.insert(trial.setting);
    CHECK(trial.config.network == "resnet8");
    CHECK(trial.config.ampa.beta == 25);
  }
  CHECK(ids.size() == 12);
  CHECK(settings.size() == 6);
  CHECK(spec.trials[0].label == "ampa 5/25/30 Itv 0.05 Thr 0");
  CHECK(spec.trials[3].label == "ampa 5/25/30 Itv 0.05 Thr inf");
  CHECK(spec.points == std::vector<std::string>{"fused-16x16"});
}

TEST_CASE("a list gives settings as they stand, crossed with a grid if there is one") {
  Json json = minimal();
  json["list"] = {{{"alpha", 5}, {"beta", 15}}, {{"scheme", "int6"}}};
  CHECK(parse(json).trials.size() == 2);
  CHECK(parse(json).trials[1].label == "int6");
  json["grid"] = {{"epochs", {3, 4}}};
  const SweepSpec crossed = parse(json);
  REQUIRE(crossed.trials.size() == 4);
  CHECK(crossed.trials[0].label == "ampa 5/15/30 Itv 0.05 Thr 3 epochs=3");
}

TEST_CASE("baselines run once with each seed on each task, whatever the AMPA keys") {
  Json json = minimal();
  json["grid"] = {{"alpha", {5, 10}}, {"network", {"resnet8", "resnet14"}}};
  json["seeds"] = {1, 2};
  json["baselines"] = {"fp32", "int8"};
  const SweepSpec spec = parse(json);
  std::int64_t baselines = 0;
  for (const Trial& trial : spec.trials) baselines += trial.baseline ? 1 : 0;
  CHECK(baselines == 2 * 2 * 2);
  CHECK(spec.trials.size() == 8 + 8);
}

TEST_CASE("AMPA keys make no difference to another scheme") {
  Json json = minimal();
  json["grid"] = {{"alpha", {5, 10}}, {"scheme", {"int8", "ampa"}}};
  CHECK(parse(json).trials.size() == 3);
}

TEST_CASE("ids depend on the resolved configuration only") {
  Json json = minimal();
  json["base"] = {{"alpha", 10}};
  const std::string id = parse(json).trials.at(0).id;
  json["name"] = "another";
  json["base"] = {{"alpha", 10.0}, {"itv", 0.05}, {"epochs", 20}};
  CHECK(parse(json).trials.at(0).id == id);
  json["base"]["epochs"] = 21;
  CHECK(parse(json).trials.at(0).id != id);
}

TEST_CASE("an interval in epochs in the grid replaces one in the base") {
  Json json = minimal();
  json["base"] = {{"itv", 0.1}};
  json["grid"] = {{"itv_epochs", {2}}};
  CHECK(parse(json).trials.at(0).label == "ampa 10/20/30 Itv 2e Thr 3");
}

TEST_CASE("a sweep that breaks its schema is refused with the key and what was found") {
  Json json = minimal();
  SECTION("another schema version") {
    json["schema_version"] = 0;
    CHECK_THAT(error_of(json), Contains("SWEEP.json: schema_version: expected an integer in [1, 1], found 0"));
  }
  SECTION("no name") {
    json.erase("name");
    CHECK_THAT(error_of(json), Contains("SWEEP.json: name: expected a value"));
  }
  SECTION("an unknown key") {
    json["seed"] = {1};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: seed: expected one of the keys"));
  }
  SECTION("an unknown dimension") {
    json["grid"] = {{"alhpa", {1}}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: grid.alhpa: expected a setting of a training run"));
  }
  SECTION("a dimension that is no array") {
    json["grid"] = {{"alpha", 1}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: grid.alpha: expected an array, found 1"));
  }
  SECTION("an empty dimension") {
    json["grid"] = {{"alpha", Json::array()}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: grid.alpha: expected at least one value"));
  }
  SECTION("a value out of range") {
    json["grid"] = {{"alpha", {1, 101}}};
    CHECK_THAT(error_of(json), Contains("alpha: expected a number in [0, 100], found 101"));
  }
  SECTION("an unknown key in a list") {
    json["list"] = {{{"speed", 1}}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: list[0].speed: expected a setting of a training run"));
  }
  SECTION("an unknown key in the base") {
    json["base"] = {{"speed", 1}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: base.speed: expected one of the keys"));
  }
  SECTION("the interval in both ways in an entry of the list") {
    json["list"] = {{{"itv", 0.1}, {"itv_epochs", 2}}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: list[0].itv_epochs: expected either itv or itv_epochs"));
  }
  SECTION("the interval in both ways in the grid") {
    json["grid"] = {{"itv", {0.1, 0.2}}, {"itv_epochs", {2}}};
    CHECK_THAT(error_of(json), Contains("grid.itv_epochs") && Contains("expected either itv or itv_epochs"));
  }
  SECTION("the interval in one way in the list and in the other in the grid") {
    json["list"] = {{{"itv", 0.1}}};
    json["grid"] = {{"itv_epochs", {2}}};
    CHECK_THAT(error_of(json), Contains("grid.itv_epochs") && Contains("expected either itv or itv_epochs"));
  }
  SECTION("a key in the list and in the grid") {
    json["list"] = {{{"beta", 1}}, {{"alpha", 1}}};
    json["grid"] = {{"alpha", {5, 10}}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: list[1].alpha: expected a key that is not in `grid` too"));
  }
  SECTION("a seed in the base") {
    json["base"] = {{"seed", 1}};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: base.seed: expected the seeds under `seeds`"));
  }
  SECTION("no seeds") {
    json["seeds"] = Json::array();
    CHECK_THAT(error_of(json), Contains("SWEEP.json: seeds: expected at least one seed"));
  }
  SECTION("an unknown point") {
    json["points"] = {"systolic-4x4"};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: points:") && Contains("systolic-4x4"));
  }
  SECTION("ampa as a baseline") {
    json["baselines"] = {"ampa"};
    CHECK_THAT(error_of(json), Contains("SWEEP.json: baselines: expected an array of schemes other than ampa"));
  }
}

}  // namespace ampa::config
