#include "sweep/recommend.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "example_sweep.h"

namespace ampa::sweep {
namespace {

using Catch::Contains;
using testing::example_sweep;
using testing::trial;

Recommendation recommend_one(const SweepSummary& summary, Constraints constraints) {
  const std::vector<Recommendation> all = recommend(summary, complete(constraints));
  REQUIRE(all.size() == 1);
  return all.front();
}

bool has_note(const Recommendation& recommendation, const std::string& text) {
  for (const std::string& note : recommendation.notes)
    if (note.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("with a bound on the accuracy loss the largest saving comes first") {
  const Recommendation found = recommend_one(example_sweep(), {});
  REQUIRE(found.ranked.size() == 2);
  CHECK(found.num_candidates == 3);
  CHECK(found.baseline->scheme == "int8");
  const Candidate& best = found.ranked.front();
  CHECK(best.setting.config.at("alpha") == 10);
  CHECK(*best.metric_loss == Approx(0.5));
  CHECK(*best.metric_loss_std_error == Approx(std::sqrt(2 * 0.01 / 3)));
  CHECK(best.setting.num_completed == 3);
  CHECK(best.trials.size() == 3);
  CHECK(best.front_distance_rr == 0);
  CHECK(found.ranked.at(1).setting.config.at("alpha") == 20);
}

TEST_CASE("with a bound on the saving the best accuracy comes first") {
  Constraints constraints;
  constraints.min_rr_percent = 42;
  const Recommendation found = recommend_one(example_sweep(), constraints);
  REQUIRE(found.ranked.size() == 2);
  CHECK(found.ranked[0].setting.config.at("alpha") == 10);
  CHECK(found.ranked[1].setting.config.at("alpha") == 30);
  CHECK(found.ranked[1].front_distance_rr == Approx(1.0));
  CHECK(*found.ranked[1].front_distance_cycles == Approx(1.0));
}

TEST_CASE("a bound on the cycles holds on its point") {
  Constraints constraints;
  constraints.max_cycles = 700;
  CHECK(recommend_one(example_sweep(), constraints).ranked.size() == 3);
  constraints.max_cycles = 650;
  CHECK(recommend_one(example_sweep(), constraints).ranked.size() == 2);
  constraints.point = "fused-2x2";
  CHECK_THROWS_WITH(recommend(example_sweep(), constraints),
                    Contains("--point: expected one of the sweep's points fused-16x16, found \"fused-2x2\""));
}

TEST_CASE("constraints that nothing meets are answered so") {
  Constraints constraints;
  constraints.min_rr_percent = 90;
  const Recommendation found = recommend_one(example_sweep(), constraints);
  CHECK(found.ranked.empty());
  CHECK_THAT(in_words(found, constraints), Contains("No setting can be recommended."));
}

TEST_CASE("fixed widths that meet the constraints are named, not ranked") {
  Constraints constraints;
  constraints.max_metric_loss = 5;
  const Recommendation found = recommend_one(example_sweep(), constraints);
  CHECK(found.ranked.size() == 3);
  REQUIRE(found.fixed_that_meet.size() == 1);
  CHECK(has_note(found, "Fixed int4 meets the constraints as well, with RR 75.00 %"));
}

TEST_CASE("floating point is the baseline where int8 was not run, or is asked for") {
  SweepSummary summary = example_sweep();
  Constraints constraints;
  constraints.baseline = "fp32";
  CHECK(*recommend_one(summary, constraints).ranked.front().metric_loss == Approx(0.7));
  std::vector<TrialSummary> kept;
  for (const TrialSummary& each : summary.trials)
    if (each.scheme() != "int8") kept.push_back(each);
  summary.trials = kept;
  summary.settings = summarise_settings(kept);
  CHECK(recommend_one(summary, {}).baseline->scheme == "fp32");
}

TEST_CASE("thin data are called thin") {
  SweepSummary summary;
  summary.points = {"fused-16x16"};
  summary.trials = {trial("ampa", 10, 1, 89, 0.1, 50, 600), trial("ampa", 20, 1, 89, 0.1, 40, 700)};
  summary.settings = summarise_settings(summary.trials);
  SECTION("one seed and no baseline") {
    const Recommendation found = recommend_one(summary, {});
    CHECK(found.ranked.empty());
    CHECK(has_note(found, "There is no completed int8 or fp32 baseline"));
    CHECK(has_note(found, "single seed"));
  }
  SECTION("two seeds") {
    SweepSummary two = example_sweep();
    two.trials.resize(12);
    two.settings = summarise_settings(two.trials);
    CHECK(has_note(recommend_one(two, {}), "2 seeds only"));
  }
  SECTION("trials that are missing") {
    summary.trials[1].status = "pending";
    summary.settings = summarise_settings(summary.trials);
    CHECK(has_note(recommend_one(summary, {}), "1 of 2 trials are not finished"));
  }
}

TEST_CASE("accuracies within the noise are not told apart by accuracy") {
  SweepSummary summary = example_sweep();
  for (TrialSummary& each : summary.trials)
    if (each.scheme() == "ampa") each.final_metric = 89.5 + 0.2 * (each.config.at("seed").get<int>() - 2);
  summary.settings = summarise_settings(summary.trials);
  CHECK(
      has_note(recommend_one(summary, {}), "accuracy does not tell them apart. Their training losses run from 0.060"));
}

TEST_CASE("a margin smaller than two standard errors is pointed out") {
  Constraints constraints;
  constraints.max_metric_loss = 0.55;
  CHECK(has_note(recommend_one(example_sweep(), constraints),
                 "meets the bound on the mean, but not by two standard errors"));
  constraints.max_metric_loss = 1.2;
  CHECK_FALSE(has_note(recommend_one(example_sweep(), constraints), "meets the bound on the mean"));
}

TEST_CASE("a setting with a diverged trial is not recommended") {
  SweepSummary summary = example_sweep();
  summary.trials.at(3).status = "diverged";
  summary.settings = summarise_settings(summary.trials);
  const Recommendation found = recommend_one(summary, {});
  REQUIRE(found.ranked.size() == 1);
  CHECK(found.ranked[0].setting.config.at("alpha") == 20);
  CHECK(has_note(found, "1 of 18 trials diverged"));
}

TEST_CASE("the words hold the evidence") {
  const Constraints constraints = complete({});
  const std::string words = in_words(recommend_one(example_sweep(), constraints), constraints);
  CHECK_THAT(words, Contains("2 of 3 settings have an accuracy at most 1 points below int8"));
  CHECK_THAT(words,
             Contains("Recommended: ampa 10/20/30 Itv 0.05 Thr 3: accuracy 89.50 +- 0.10 % (3 seeds, 89.40 .. 89.60), "
                      "0.50 points below int8, RR 50.00 %, training loss 0.100, 600 cycles on fused-16x16 (590 "
                      "compute, 10 fill/drain, 0 operand stall, 0 write stall; 40.00 % fewer than INT8), on the Pareto "
                      "front of accuracy and RR."));
}

TEST_CASE("a metric of which the smaller values are better turns every comparison round") {
  SweepSummary summary = example_sweep();
  for (TrialSummary& each : summary.trials) {
    each.metric = {"perplexity", "", false};
    each.final_metric = 100 - *each.final_metric;
  }
  summary.settings = summarise_settings(summary.trials);
  const Constraints constraints = complete({});
  const Recommendation found = recommend_one(summary, constraints), as_accuracy = recommend_one(example_sweep(), {});
  REQUIRE(found.ranked.size() == as_accuracy.ranked.size());
  for (std::size_t i = 0; i < found.ranked.size(); ++i) {
    CHECK(found.ranked[i].setting.id == as_accuracy.ranked[i].setting.id);
    CHECK(*found.ranked[i].metric_loss == Approx(*as_accuracy.ranked[i].metric_loss));
    CHECK(found.ranked[i].front_distance_rr == Approx(as_accuracy.ranked[i].front_distance_rr));
  }
  const std::string words = in_words(found, constraints);
  CHECK_THAT(words, Contains("2 of 3 settings have a perplexity at most 1 above int8"));
  CHECK_THAT(words, Contains("perplexity 10.50 +- 0.10 (3 seeds, 10.40 .. 10.60), 0.50 above int8, RR 50.00 %") &&
                        Contains("on the Pareto front of perplexity and RR") && !Contains("accuracy"));
  const Json task = to_json({found}, constraints, Json::object())["results"]["tasks"][0];
  CHECK(task["metric"]["larger_is_better"] == false);
  CHECK(task["recommended"][0]["perplexity"]["mean"] == Approx(10.5));
  CHECK(task["recommended"][0]["perplexity_loss"] == Approx(0.5));

  Constraints saving;
  saving.min_rr_percent = 42;
  const Recommendation best = recommend_one(summary, saving);
  CHECK(best.ranked[0].setting.config.at("alpha") == 10);
  CHECK(best.ranked_by == "perplexity, the lowest first");
}

}  // namespace ampa::sweep
