// What a sweep knows before its first trial runs.
#include <catch2/catch.hpp>

#include "common/error.h"
#include "scratch.h"
#include "sweep/plan.h"

namespace ampa::sweep {
namespace {

using Catch::Contains;

config::SweepSpec spec_of(const std::string& rest) {
  const std::string base =
      R"({"schema_version": 1, "name": "s", "base": {"network": "tinycnn", "dataset": "synthetic", "epochs": 20}, )";
  return config::parse_sweep(Json::parse(base + rest + "}"), "S.json");
}

}  // namespace

TEST_CASE("settings that come to the same run are planned once, with all their labels") {
  // Of three layers 35 % and 36 % are one, 70 % are two; intervals of 0.05 and 0.06 of 20 epochs are one epoch.
  const auto trials = plan_trials(
      spec_of(R"("grid": {"alpha": [35, 36, 70], "itv": [0.05, 0.06]}, "seeds": [1, 2], "baselines": ["int8"])"));
  REQUIRE(trials.size() == 6);
  CHECK(trials[0].same_runs.empty());
  CHECK(trials[2].label == "ampa 35/20/30 Itv 0.05 Thr 3");
  CHECK(trials[2].same_runs == std::vector<std::string>{"ampa 35/20/30 Itv 0.06 Thr 3", "ampa 36/20/30 Itv 0.05 Thr 3",
                                                        "ampa 36/20/30 Itv 0.06 Thr 3"});
  CHECK(trials[2].setting == trials[3].setting);
  CHECK(trials[4].same_runs == std::vector<std::string>{"ampa 70/20/30 Itv 0.06 Thr 3"});
  SweepSummary summary;
  summary.trials = trials;
  summary.settings = summarise_settings(trials);
  CHECK(settings_words(summary) == "7 settings, 3 distinct");
  CHECK(to_json(summary_from_json(to_json(summary), "s")).dump() == to_json(summary).dump());
}

TEST_CASE("settings that differ in what acts are not the same run") {
  const auto trials = plan_trials(spec_of(R"("grid": {"thr": [3, "inf"], "lr": [0.1, 0.2], "alpha": [35, 70]})"));
  CHECK(trials.size() == 8);
}

TEST_CASE("what no worker could run is refused with file, key and setting") {
  const auto refusal = [](const std::string& rest) {
    try {
      plan_trials(spec_of(rest));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("planned");
  };
  CHECK(refusal(R"("list": [{"scheme": "int8"}, {"scheme": "int4", "batch_size": 1024, "max_train": 100}])") ==
        "S.json: list[1].batch_size: expected at most max_train (100), found 1024");
  CHECK(
      refusal(R"("list": [{"scheme": "int8", "batch_size": 99}, {"scheme": "int4", "batch_size": 1000000}])") ==
      "S.json: setting int4 batch_size=1000000: batch_size: expected at most the 512 training samples, found 1000000");
  CHECK_THAT(refusal(R"("list": [{"network": "nowhere.json"}])"),
             Contains("S.json: setting ampa ") && Contains("nowhere.json"));
  CHECK_THAT(refusal(R"("list": [{"dataset": "fashion-mnist", "data_dir": "/nowhere"}])"),
             Contains("S.json: setting ampa ") && Contains("/nowhere"));
}

}  // namespace ampa::sweep
