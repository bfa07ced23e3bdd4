#include "study/prospect.h"

#include <catch2/catch.hpp>
#include <cmath>

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

TEST_CASE("prospect: a run of two layers goes on from its widths, by hand") {
  // Weights alone climb from 4 to 8 bits, a layer at a time, from epoch 2 on; of 100 and 10 MACs a pass, two of the
  // three passes read weights. BitOPs of an epoch: 100 (8 w1 + 16) + 10 (8 w2 + 16).
  record::RunRecord record;
  record.config = {{"scheme", "ampa"}, {"epochs", 4}, {"alpha", 50},     {"beta", 0},
                   {"gamma", 0},       {"thr", 3},    {"itv_epochs", 1}, {"ladder", {4, 8}}};
  for (const auto& [name, macs] : {std::pair{"large", 100}, {"small", 10}}) {
    record.layers.push_back({name, macs, macs});
    for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
      record.counted_only.push_back({name, pass, macs});
  }
  const auto add_epoch = [&](Bits large, Bits small) {
    record::EpochResult& epoch = record.epochs.emplace_back();
    epoch.bits = {{large, 4, 4}, {small, 4, 4}};
    epoch.bitops_per_image = 100 * (8 * large + 16) + 10 * (8 * small + 16);
  };
  record.status = record::Status::kPaused;
  CHECK_FALSE(expected_reduction(record).has_value());
  const double int8 = 4 * 330 * 64;
  add_epoch(4, 4);
  add_epoch(4, 4);
  // Either the large layer and then the small one (8480, 8800), or the small one twice, at the top the second time
  // (5600, 5600).
  const double two = 2 * 5280.0;
  CHECK(*expected_reduction(record) == Approx(100 * (1 - (two + (8480 + 5600) / 2 + (8800 + 5600) / 2) / int8)));
  add_epoch(8, 4);  // it was the large one: the small one may follow, or the large one is selected again
  CHECK(*expected_reduction(record) == Approx(100 * (1 - (two + 8480 + (8800 + 8480) / 2) / int8)));
  add_epoch(8, 8);
  record.bitops_reduction_percent = 12.5;
  CHECK(expected_reduction(record) == 12.5);
  // Widths that are known beforehand leave nothing to guess.
  record.epochs.resize(1);
  record.config = {{"scheme", "int4"}, {"epochs", 4}};
  CHECK(*expected_reduction(record) == Approx(75));
  record.config["scheme"] = "fp32";
  CHECK_FALSE(expected_reduction(record).has_value());
}

TEST_CASE("prospect: of a run that is paused the expected RR and BitOPs, of one that has ended its own") {
  const testing::Scratch scratch;
  REQUIRE(testing::ampa(scratch,
                        "train --network tinycnn --dataset synthetic --epochs 7 --batch-size 16 --max-train 32 "
                        "--max-test 16 --out run --alpha 34 --beta 34 --gamma 67 --itv-epochs 2")
              .exit_code == 0);
  const record::RunRecord record = record::read_record(scratch / "run/record.json");
  const double rr = record.bitops_reduction_percent.value();
  CHECK(expected_reduction(record) == rr);
  // What is known grows, and the last epoch is known before it is trained but for its update.
  CHECK(std::abs(expected_reduction(prefix_of(record, 6)).value() - rr) < 5);
  CHECK(std::abs(expected_reduction(prefix_of(record, 1)).value() - rr) < 25);
  sweep::TrialSummary trial;
  trial.status = "paused";
  trial.bitops_reduction_percent = 75;
  trial.bitops_per_image = 1;
  const auto early = [&] { return prefix_of(record, 2); };
  const double expected = expected_reduction(early()).value();
  CHECK(expected < 75);
  const auto int8 = static_cast<double>(bitops::int8_training_bitops(record::counted_gemms(record)));
  CHECK(prospect(objective_of("rr"), {trial, early}) == expected);
  CHECK(*prospect(objective_of("bitops"), {trial, early}) == Approx(int8 * (1 - expected / 100)));
  trial.status = "completed";
  CHECK(prospect(objective_of("rr"), {trial, nullptr}) == 75);
}

TEST_CASE("halving: at a rung settings are compared by what they are expected to save, not by what they have saved") {
  const StudySpec spec = study_of({{"halving", {{"rungs", {2}}}}, {"seeds", {1}}});
  Halving halving(spec, {2});
  History history(spec);
  // The same metric and RR so far; the second saves the most in the end.
  const double expected[] = {10, 40, 20};
  for (std::size_t setting = 0; setting < 3; ++setting) {
    halving.start(setting);
    RunResult result;
    result.trial = std::to_string(setting);
    result.setting = setting;
    result.seed = 1;
    result.epochs = 2;
    result.objectives = {90.0, 75.0};
    result.prospects = {90.0, expected[setting]};
    history.add(result);
  }
  const auto promotion = halving.next(history, false);
  REQUIRE(promotion.has_value());
  CHECK(promotion->setting == 1);
  CHECK(history.figures(1, 2, std::nullopt)->mean[1] == 75);
}

}  // namespace ampa::study
