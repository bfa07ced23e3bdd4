#include <catch2/catch.hpp>

#include "paper/differences.h"
#include "paper/history.h"
#include "paper/verdict.h"

namespace ampa::paper {
namespace {

SeedResult run(std::int64_t seed, double metric) {
  SeedResult result;
  result.seed = seed;
  auto record = std::make_shared<record::RunRecord>();
  record->status = metric > 0 ? record::Status::kCompleted : record::Status::kDiverged;
  result.record = record;
  if (metric > 0) result.figures["quality"] = metric;
  return result;
}

RowResult row(const std::string& task, const std::string& setting, const std::vector<double>& metrics) {
  RowResult result{task, setting, {}, std::nullopt};
  for (std::size_t i = 0; i < metrics.size(); ++i)
    result.seeds.push_back(run(static_cast<std::int64_t>(i), metrics[i]));
  return result;
}

TableResult table(std::vector<RowResult> rows) {
  TableResult result;
  result.rows = std::move(rows);
  return result;
}

Claim more(double margin = 0) {
  Claim claim;
  claim.more = Term{"a", "quality", 0};
  claim.less = Term{"b", "quality", 0};
  claim.margin = margin;
  return claim;
}

}  // namespace

TEST_CASE("paper: the one-sided paired t-test and the interval of a mean are those of a table of t") {
  // Differences 1, 2, 3: t = 2 / (1 / sqrt 3) = 3.4641 with two degrees of freedom.
  CHECK(*one_sided_p({1, 2, 3}) == Approx(0.037090).epsilon(1e-4));
  CHECK(*one_sided_p({-1, -2, -3}) == Approx(1 - 0.037090).epsilon(1e-4));
  CHECK(*half_width({1, 2, 3}) == Approx(4.30265 / std::sqrt(3.0)).epsilon(1e-5));
  CHECK(*one_sided_p({2, 2}) == 0);
  CHECK(*one_sided_p({-2, -2}) == 1);
  CHECK(*one_sided_p({0, 0}) == 0.5);
  CHECK_FALSE(one_sided_p({1}));
  CHECK_FALSE(half_width({1}));
}

TEST_CASE("paper: a claim is shown, reversed or not shown by the pairs of task and seed") {
  CHECK(verdict_of(more(), table({row("t", "a", {91, 92, 93}), row("t", "b", {90, 90, 90})})).word == "shown");
  CHECK(verdict_of(more(), table({row("t", "b", {91, 92, 93}), row("t", "a", {90, 90, 90})})).word == "reversed");
  CHECK(verdict_of(more(), table({row("t", "a", {91, 89, 90}), row("t", "b", {90, 90, 90})})).word == "not shown");
  CHECK(verdict_of(more(), table({row("t", "a", {91}), row("t", "b", {90})})).word == "not shown");
  CHECK(verdict_of(more(), table({row("t", "a", {91, 92})})).word == "not run");
  // Each task is too little alone.
  const Verdict both = verdict_of(more(), table({row("t", "a", {91, 92}), row("t", "b", {90, 90}),
                                                 row("u", "a", {71, 72}), row("u", "b", {70, 70})}));
  CHECK(both.word == "shown");
  CHECK_THAT(both.evidence, Catch::Contains("mean difference +1.5 over 4 pairs on 2 tasks"));
}

TEST_CASE("paper: a margin lets a loss pass that is smaller, and a number stands for a setting") {
  const TableResult result = table({row("t", "a", {89.9, 89.7, 89.8}), row("t", "b", {90, 90, 90})});
  CHECK(verdict_of(more(), result).word == "reversed");
  CHECK(verdict_of(more(1), result).word == "shown");
  Claim above = more();
  above.less = Term{"", "", 50};
  CHECK(verdict_of(above, result).word == "shown");
  above.tasks = {"u"};
  CHECK(verdict_of(above, result).word == "not run");
}

TEST_CASE("paper: runs that diverge show a claim of divergence and leave pairs without a figure") {
  Claim claim;
  claim.diverges = "a";
  claim.otherwise = "b";
  CHECK(verdict_of(claim, table({row("t", "a", {0, 0, 90}), row("t", "b", {90, 90, 90})})).word == "shown");
  CHECK(verdict_of(claim, table({row("t", "b", {0, 0, 90}), row("t", "a", {90, 90, 90})})).word == "reversed");
  CHECK(verdict_of(claim, table({row("t", "a", {0, 90, 90}), row("t", "b", {90, 90, 90})})).word == "not shown");
  const Verdict verdict = verdict_of(more(), table({row("t", "a", {91, 92, 93}), row("t", "b", {90, 90, 0})}));
  CHECK_THAT(verdict.evidence, Catch::Contains("over 2 pairs on 1 task, 1 without a figure"));
}

TEST_CASE("paper: figures of a history are read from its widths and sensitivities") {
  record::RunRecord record;
  record.layers = {{"a", 1, 1}, {"b", 1, 1}};
  for (int epoch = 0; epoch < 4; ++epoch) {
    record::EpochResult result;
    result.bits = {{epoch < 1 ? 4 : 6, 4, epoch < 2 ? 4 : 8}, {4, epoch < 3 ? 4 : 6, 4}};
    const double value = epoch * epoch;
    result.sensitivities = {{value, 1, -value}, {value + 2, 1, -value}};
    record.epochs.push_back(result);
  }
  CHECK(*mean_first_rise(record, OperandKind::kWeight, Layers::kAll) == (1 + 4) / 2.0);  // the second never rises
  CHECK(*mean_first_rise(record, OperandKind::kWeight, Layers::kShallow) == 1);
  CHECK(*mean_first_rise(record, OperandKind::kWeight, Layers::kDeep) == 4);
  CHECK(*mean_first_rise(record, OperandKind::kGradient, Layers::kAll) == (2 + 4) / 2.0);
  CHECK(*raised_percent(record) == 50);
  CHECK(*rise_of_sensitivity(record, OperandKind::kWeight) == 9);
  CHECK(*rise_of_sensitivity(record, OperandKind::kActivation) == 0);
  CHECK(*rise_of_sensitivity(record, OperandKind::kGradient) == -9);
  record.epochs.resize(2);
  CHECK_FALSE(rise_of_sensitivity(record, OperandKind::kWeight));
}

}  // namespace ampa::paper
