// `ampa recommend DIR... --network`: from a study and a sweep to a network that neither had.
#include <catch2/catch.hpp>

#include "small_study.h"

namespace ampa::study {

using Catch::Contains;

TEST_CASE("transfer: through the command, from a study and a sweep") {
  const testing::Scratch scratch;
  scratch.write("S.json", small_study({{"space", {{"gamma", {30, 95}}}}, {"confirm", {{"settings", 0}}}}).dump());
  Json sweep = {{"schema_version", 1},           {"name", "a sweep"}, {"base", small_study()["base"]},
                {"grid", {{"gamma", {50, 95}}}}, {"seeds", {1, 2}},   {"baselines", {"int8"}}};
  sweep["base"]["max_train"] = 64;
  scratch.write("W.json", sweep.dump());
  REQUIRE(testing::ampa(scratch, "study S.json --out study --workers 2 --threads 1").exit_code == 0);
  REQUIRE(testing::ampa(scratch, "sweep W.json --out sweep --workers 2 --threads 1").exit_code == 0);

  const std::string call = "recommend study sweep --network resnet14 --epochs 12 --max-metric-loss 100";
  const testing::Result words = testing::ampa(scratch, call);
  INFO(words.err);
  REQUIRE(words.exit_code == 0);
  CHECK_THAT(words.out, Contains("against int8 with resnet14 on an input of its own, 12 epochs") &&
                            Contains("evidence: tinycnn on synthetic, 3 epochs: 2 settings") && Contains("(study)") &&
                            Contains("(sweep)") && Contains("over 2 tasks and their seeds") &&
                            Contains("ampa train --network resnet14 --scheme ampa"));

  // Of the sweep 50 % of three layers is one and 95 % two; of the study 30 % is none: 95 % is what both tried.
  const testing::Result json = testing::ampa(scratch, call + " --json");
  REQUIRE(json.exit_code == 0);
  const Json results = json.json().at("results");
  CHECK(results.at("num_compared") == 1);
  CHECK(results.at("num_tried") == 3);
  CHECK(results.at("tasks").size() == 2);
  REQUIRE(results.at("settings").size() == 1);
  CHECK(results.at("settings")[0].at("settings").at("gamma") == 95);
  CHECK(results.at("settings")[0].at("interval_epochs") == 4);  // one of three there
  CHECK(results.at("settings")[0].at("on").size() == 2);

  const testing::Result two = testing::ampa(scratch, "recommend study sweep");
  CHECK(two.exit_code == 2);
  CHECK_THAT(two.err, Contains("DIR: expected one folder, or --network or --against, found 2 folders"));
  CHECK(testing::ampa(scratch, "recommend study --dataset synthetic").exit_code == 2);
  CHECK(testing::ampa(scratch, "recommend nowhere --network resnet14").exit_code == 2);
  const testing::Result reference = testing::ampa(scratch, "recommend study --network resnet14 --baseline int6");
  CHECK(reference.exit_code == 2);
  CHECK_THAT(reference.err, Contains("completed runs of int6"));
}

}  // namespace ampa::study
