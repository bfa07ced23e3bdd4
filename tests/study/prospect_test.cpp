#include "study/prospect.h"

#include <catch2/catch.hpp>

#include "../explorer/scratch.h"
#include "study/halving.h"
#include "study_files.h"

namespace ampa::study {
namespace {

record::RunRecord prefix_of(record::RunRecord record, std::size_t epochs) {
  record.epochs.resize(epochs);
  record.status = record::Status::kPaused;
  return record;
}

Objective objective_of(const char* name) {
  const Json json = {{"of", name}};
  JsonReader reader(json, "test");
  return read_objective(reader);
}

}  // namespace

TEST_CASE("prospect: what a run is certain to save rises to what it saves, epoch by epoch") {
  const testing::Scratch scratch;
  for (const char* scheme :
       {"--alpha 34 --beta 34 --gamma 67 --itv-epochs 2", "--alpha 0 --beta 100 --gamma 34 --itv-epochs 1"}) {
    REQUIRE(testing::ampa(scratch, std::string("train --network tinycnn --dataset synthetic --epochs 7 --batch-size 16 "
                                               "--max-train 32 --max-test 16 --out run ") +
                                       scheme)
                .exit_code == 0);
    const record::RunRecord record = record::read_record(scratch / "run/record.json");
    const double rr = record.bitops_reduction_percent.value();
    CHECK(least_reduction(record) == rr);
    double last = -1000;
    for (std::size_t epochs = 1; epochs < 7; ++epochs) {
      const double least = least_reduction(prefix_of(record, epochs)).value();
      CHECK(least <= rr);
      CHECK(last <= least);
      last = least;
    }
    CHECK(last > 0);
    // An objective of a run that is paused, and of one that has ended.
    sweep::TrialSummary trial;
    trial.status = "paused";
    trial.bitops_reduction_percent = 75;
    trial.bitops_per_image = 1;
    const auto early = [&] { return prefix_of(record, 2); };
    const double least = least_reduction(early()).value();
    const auto int8 = static_cast<double>(bitops::int8_training_bitops(record::counted_gemms(record)));
    CHECK(prospect(objective_of("rr"), {trial, early}) == least);
    CHECK(*prospect(objective_of("bitops"), {trial, early}) == Approx(int8 * (1 - least / 100)));
    trial.status = "completed";
    CHECK(prospect(objective_of("rr"), {trial, nullptr}) == 75);
    std::filesystem::remove_all(scratch / "run");
  }
}

TEST_CASE("prospect: nothing is certain of schemes without a ladder, and RR so far stands in") {
  record::RunRecord record;
  record.config = {{"scheme", "int6"}, {"epochs", 4}};
  record.epochs.resize(2);
  CHECK_FALSE(least_reduction(record).has_value());
  sweep::TrialSummary trial;
  trial.status = "paused";
  trial.bitops_reduction_percent = 43.75;
  CHECK(prospect(objective_of("rr"), {trial, [&] { return record; }}) == 43.75);
}

TEST_CASE("halving: at a rung settings are compared by what they are certain to save, not by what they have saved") {
  const StudySpec spec = study_of({{"halving", {{"rungs", {2}}}}, {"seeds", {1}}});
  Halving halving(spec);
  History history(spec);
  // The same metric and RR so far; the second saves the most in the end.
  const double certain[] = {10, 40, 20};
  for (std::size_t setting = 0; setting < 3; ++setting) {
    halving.start(setting);
    RunResult result;
    result.trial = std::to_string(setting);
    result.setting = setting;
    result.seed = 1;
    result.epochs = 2;
    result.objectives = {90.0, 75.0};
    result.prospects = {90.0, certain[setting]};
    history.add(result);
  }
  const auto promotion = halving.next(history, false);
  REQUIRE(promotion.has_value());
  CHECK(promotion->setting == 1);
  CHECK(history.figures(1, 2, std::nullopt)->mean[1] == 75);
}

}  // namespace ampa::study
