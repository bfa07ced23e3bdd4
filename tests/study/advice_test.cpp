// Advice from studies whose runs are made up.
#include "study/advice.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"
#include "small_study.h"

namespace ampa::study {
namespace {

using Catch::Contains;

// Seeds 1 to 5 are the study's, 1001 to 1005 those of its confirm stage. Every run of a setting has the reference's
// metric of that seed less what `losses` say.
struct MadeUp {
  StudyTrials study;

  MadeUp() {
    study.spec = study_of({{"seeds", {1, 2, 3, 4, 5}}});
    study.spec.points = {"fused-16x16"};
    study.metric = {"accuracy", "percent", true};
    study.reference = "int8";
    study.keys = {"alpha", "gamma"};
    add("int8", true, 0, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0});
  }

  void add(const std::string& label, bool is_baseline, double rr, const std::vector<double>& searched,
           const std::vector<double>& confirmed) {
    const auto put = [&](const std::vector<double>& losses, std::int64_t first, const char* stage) {
      for (std::size_t i = 0; i < losses.size(); ++i) {
        StudyTrial of;
        of.trial.label = label;
        of.trial.baseline = is_baseline;
        of.trial.status = "completed";
        of.trial.config = {{"seed", first + static_cast<std::int64_t>(i)}};
        of.trial.final_metric = 90 + static_cast<double>(i) - losses[i];
        of.trial.bitops_reduction_percent = rr;
        sweep::PointCycles cycles;
        cycles.point = "fused-16x16";
        cycles.total.compute = static_cast<std::int64_t>(1000 * (100 - rr));
        of.trial.cycles.push_back(cycles);
        of.stage = stage;
        if (!is_baseline) of.settings = {{"alpha", rr}, {"gamma", 10}};
        study.trials.push_back(of);
      }
    };
    put(searched, 1, is_baseline ? "baseline" : "search");
    put(confirmed, 1001, "confirm");
  }
};

Target loss_below(double limit) {
  Target target;
  target.max_metric_loss = limit;
  return target;
}

}  // namespace

TEST_CASE("advice: what unseen seeds show comes before what only looked good") {
  MadeUp made;
  made.add("lucky", false, 70, {-0.4, -0.5, -0.3, -0.6, -0.2}, {});                      // never seen again
  made.add("unlucky", false, 60, {0.1, 0.2, 0.1, 0.3, 0.2}, {2.0, 2.2, 1.9, 2.4, 2.1});  // above the bound when it was
  made.add("shown", false, 40, {0.2, 0.4, 0.3, 0.1, 0.5}, {0.1, 0.3, 0.2, 0.2, 0.1});
  made.add("open", false, 50, {0.2, 0.4, 0.3, 0.1, 0.5}, {-1.0, 2.8, 0.1, 2.5, -0.5});
  const Target target = loss_below(1);
  const Advice advice = advise(made.study, target);
  CHECK(advice.num_complete == 4);
  CHECK(advice.num_confirmed == 3);
  REQUIRE(advice.settings.size() == 3);
  CHECK(advice.settings[0].label == "shown");
  CHECK(advice.settings[0].standing == Standing::kShown);
  CHECK(*advice.settings[0].p < 0.05);
  CHECK_FALSE(advice.settings[0].more_seeds.has_value());
  CHECK(advice.settings[1].label == "open");
  CHECK(advice.settings[1].standing == Standing::kConfirmed);
  CHECK(advice.settings[2].label == "lucky");
  CHECK(advice.settings[2].standing == Standing::kSearched);
  CHECK(advice.settings[2].searched->mean == Approx(-0.4));

  // ((1.645 + 0.842) s / (limit - mean))^2 seeds, of which five were run.
  const auto& open = *advice.settings[1].confirmed;
  const double seeds = std::pow((1.645 + 0.842) * *open.std_dev / (1 - open.mean), 2);
  CHECK(advice.settings[1].more_seeds == static_cast<std::int64_t>(std::ceil(seeds)) - 5);

  const std::string words = advice_words(made.study, target, advice);
  CHECK_THAT(words, Contains("for a loss of accuracy of at most 1 points against int8: 3 of 4 settings") &&
                        Contains("recommended: shown\n  settings: alpha 40") &&
                        Contains("loses 0.18 points on the test set") &&
                        Contains("shown: below the bound on unseen seeds (p = ") &&
                        Contains("then: lucky: RR 70.00 %") &&
                        Contains("not confirmed: the best of 4 settings looks better than it is"));
}

TEST_CASE("advice: Holm makes p larger with the number of settings that are confirmed") {
  const std::vector<double> losses = {0.1, 0.9, 0.2, 0.8, 0.1};
  MadeUp one;
  one.add("a", false, 40, losses, losses);
  MadeUp three;
  for (const char* label : {"a", "b", "c"}) three.add(label, false, 40, losses, losses);
  const double alone = *advise(one.study, loss_below(1)).settings[0].p;
  CHECK(*advise(three.study, loss_below(1)).settings[0].p == Approx(3 * alone));
}

TEST_CASE("advice: cycles and LUT-seconds on a point, and the fewest first") {
  MadeUp made;
  made.add("a", false, 40, {0, 0, 0, 0, 0}, {});
  made.add("b", false, 60, {3, 3, 3, 3, 3}, {});
  made.add("c", false, 70, {0, 0, 0, 0, 0}, {});
  Target target;
  target.max_cycles = 50000;
  const Advice by_cycles = advise(made.study, target);
  REQUIRE(by_cycles.settings.size() == 2);
  CHECK(by_cycles.settings[0].label == "c");
  CHECK(by_cycles.settings[0].cycles == Approx(30000));
  CHECK_THAT(advice_words(made.study, target, by_cycles), Contains("at most 50000 cycles on fused-16x16"));
  Target logic;
  logic.max_lut_seconds = *by_cycles.settings[1].lut_seconds;
  CHECK(advise(made.study, logic).settings.size() == 2);
  target.max_metric_loss = 1;
  CHECK(advise(made.study, target).settings.size() == 1);
}

TEST_CASE("advice: what a study cannot answer is named") {
  MadeUp made;
  Target target;
  target.point = "int8-4x4";
  CHECK_THROWS_WITH(advise(made.study, target),
                    Contains("--point: expected one of the study's points (fused-16x16), found \"int8-4x4\""));
  made.study.reference.clear();
  CHECK_THROWS_WITH(advise(made.study, loss_below(1)), Contains("--max-metric-loss: expected a study with baselines"));
  const Advice none = advise(made.study, Target{});
  CHECK(none.settings.empty());
  CHECK_THAT(advice_words(made.study, Target{}, none), Contains("nothing is recommended"));
}

TEST_CASE("advice: through the command") {
  const testing::Scratch scratch;
  scratch.write("S.json", small_study().dump());
  REQUIRE(testing::ampa(scratch, "study S.json --out dir --workers 2 --threads 1").exit_code == 0);
  const testing::Result words = testing::ampa(scratch, "recommend dir --min-rr 70 --max-metric-loss 60");
  INFO(words.err);
  CHECK(words.exit_code == 0);
  CHECK_THAT(words.out, Contains("against int8, an RR of at least 70 %: ") && Contains("recommended: ampa ") &&
                            Contains("  confirm: loses "));
  const testing::Result json = testing::ampa(scratch, "recommend dir --min-rr 99 --json");
  CHECK(json.exit_code == 0);
  CHECK(json.json().at("results").at("settings").empty());
  const testing::Result baseline = testing::ampa(scratch, "recommend dir --baseline int6");
  CHECK(baseline.exit_code == 2);
}

TEST_CASE("advice: energy on a point, by the study's own table or another one") {
  const testing::Scratch scratch;
  const auto table = [](double pj) {
    Json costs = Json::object();
    for (const char* a : {"4", "6", "8"})
      for (const char* b : {"4", "6", "8"}) costs[std::string(a) + "x" + b] = pj;
    return Json({{"schema_version", 1},
                 {"source", "a test"},
                 {"mac_pj", costs},
                 {"sram_byte_pj", 0},
                 {"dram_byte_pj", 0}})
        .dump();
  };
  scratch.write("one.json", table(1));
  scratch.write("three.json", table(3));
  const Json energy = {{"of", "energy"}, {"point", "fused-8x8"}, {"table", "one.json"}};
  scratch.write("S.json", small_study({{"objectives", {{{"of", "metric"}}, energy}},
                                       {"space", {{"gamma", {30, 95}}}},
                                       {"confirm", {{"settings", 0}}}})
                              .dump());
  REQUIRE(testing::ampa(scratch, "study S.json --out dir --workers 2 --threads 1").exit_code == 0);
  const testing::Result all = testing::ampa(scratch, "recommend dir --max-energy 1 --json");
  INFO(all.err);
  REQUIRE(all.exit_code == 0);
  const Json settings = all.json().at("results").at("settings");
  REQUIRE(settings.size() == 2);
  const double less = settings[0].at("energy").get<double>(), more = settings[1].at("energy").get<double>();
  CHECK(less > 0);
  CHECK(less <= more);
  double found = 0;  // as the study has it
  const Json study = scratch.json("dir/study.json");
  for (const Json& setting : study.at("results").at("settings"))
    if (setting.at("label") == settings[0].at("label")) found = setting.at("objectives")[1].at("mean").get<double>();
  CHECK(less == Approx(found));

  const auto count_below = [&](double limit, const std::string& more_flags) {
    const Json json =
        testing::ampa(scratch, fmt::format("recommend dir --max-energy {:.17g} --json {}", limit, more_flags)).json();
    return json.at("results").at("settings").size();
  };
  CHECK(count_below(less * 0.999, "") == 0);
  CHECK(count_below(more * 1.001, "") == 2);
  CHECK(count_below(more * 1.001, "--energy three.json") == 0);
  CHECK(count_below(more * 3.001, "--energy three.json") == 2);
  const testing::Result words = testing::ampa(scratch, "recommend dir --max-energy 1");
  CHECK_THAT(words.out, Contains("for at most 1 J on fused-8x8: 2 of 2 settings") && Contains(" J there\n"));
  CHECK(testing::ampa(scratch, "recommend dir --energy three.json").exit_code == 2);
}

TEST_CASE("advice: energy without a table of costs is refused") {
  MadeUp made;
  Target target;
  target.max_energy = 1;
  CHECK_THROWS_WITH(advise(made.study, target), Contains("--energy: expected a table of energies"));
}

}  // namespace ampa::study
