#include "sweep/summary.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "example_sweep.h"
#include "train/train_settings.h"

namespace ampa::sweep {

TEST_CASE("a sweep's summary survives JSON") {
  SweepSummary summary = testing::example_sweep();
  summary.trials[3].same_runs = {"another"};
  summary.trials[3].cycles[0].layers = {{{1, 2, 3, 4}, {5, 6, 7, 8}}, {{9, 10, 11, 12}, {13, 14, 15, 16}}};
  summary.settings = summarise_settings(summary.trials);
  const Json json = to_json(summary);
  CHECK(json["results"]["trials"][3]["cycles"][0]["layers"]["int8_write_stall_cycles"] == Json({8, 16}));
  CHECK(to_json(summary_from_json(json, "sweep.json")).dump() == json.dump());
}

TEST_CASE("settings are the means over their completed trials") {
  SweepSummary summary = testing::example_sweep();
  REQUIRE(summary.settings.size() == 6);
  const SettingSummary& int8 = summary.settings.at(1);
  CHECK(int8.scheme == "int8");
  CHECK(int8.num_completed == 3);
  CHECK(int8.final_metric->mean == Approx(90.0));
  CHECK(int8.at_point("fused-16x16")->total_cycles.mean == Approx(1000));
  CHECK(int8.at_point("fused-8x8") == nullptr);
  CHECK_FALSE(int8.config.contains("seed"));
  CHECK(summary.settings.at(0).bitops_reduction_percent == std::nullopt);

  summary.trials.at(1).status = "failed";
  CHECK(summarise_settings(summary.trials).at(1).num_completed == 2);
}

TEST_CASE("a trial takes its figures from its record") {
  record::RunRecord record;
  record.layers = {{"a", 100, 10}};
  record.steps_per_epoch = 2;
  record.jobs = {{"a", gemm::Pass::kForward, 10, 10, 10}};
  for (int i = 0; i < 3; ++i) {
    record::EpochResult epoch;
    epoch.epoch = i;
    epoch.bits = {{4, 4, 4}};
    epoch.bitops_per_image = 100 + 10 * i;
    epoch.test_metric = i == 1 ? 77 : 70;
    epoch.train_loss = 3 - i;
    record.epochs.push_back(epoch);
  }
  record.bitops_reduction_percent = 33;
  TrialSummary trial;
  add_record(trial, record, {"fused-16x16", "fused-4x4"}, "r");
  CHECK(trial.status == "completed");
  CHECK(trial.num_epochs == 3);
  CHECK(trial.final_metric == 70.0);
  CHECK(trial.best_metric == 77.0);
  CHECK(trial.train_loss == 1.0);
  CHECK(*trial.bitops_per_image == Approx(110));
  REQUIRE(trial.cycles.size() == 2);
  CHECK(trial.cycles[1].point == "fused-4x4");
  CHECK(trial.cycles[0].total.total() < trial.cycles[0].int8_total.total());
}

TEST_CASE("a summary that breaks its schema is refused") {
  Json json = to_json(testing::example_sweep());
  SECTION("another schema version") {
    json["schema_version"] = 9;
    CHECK_THROWS_WITH(summary_from_json(json, "sweep.json"),
                      Catch::Contains("sweep.json: schema_version: expected an integer in [1, 1], found 9"));
  }
  SECTION("an unknown status") {
    json["results"]["trials"][0]["status"] = "lost";
    CHECK_THROWS_WITH(summary_from_json(json, "sweep.json"),
                      Catch::Contains("results.trials[0].status: expected one of completed"));
  }
  SECTION("a trial's network that is no name") {
    json["results"]["trials"][2]["config"]["network"] = 5;
    CHECK_THROWS_WITH(summary_from_json(json, "sweep.json"),
                      Catch::Contains("sweep.json: results.trials[2].config.network: expected a text, found 5"));
  }
  SECTION("a setting of a trial that is missing") {
    const Json config = json["results"]["trials"][1]["config"];
    for (const auto& item : config.items()) {
      if (item.key() == "scheme") continue;  // read first, as the kind of what follows
      Json damaged = json;
      damaged["results"]["trials"][1]["config"].erase(item.key());
      if (train::find_train_setting(item.key())->is_late) {  // summaries of older versions do not have it
        CHECK_NOTHROW(summary_from_json(damaged, "sweep.json"));
        continue;
      }
      CHECK_THROWS_WITH(summary_from_json(damaged, "sweep.json"),
                        Catch::Contains("config." + item.key() + ": expected a value, found nothing"));
    }
  }
  SECTION("cycles that do not add up") {
    json["results"]["trials"][1]["cycles"][0]["total"]["total_cycles"] = 1;
    CHECK_THROWS_WITH(summary_from_json(json, "sweep.json"), Catch::Contains("total_cycles: expected an integer in"));
  }
}

}  // namespace ampa::sweep
