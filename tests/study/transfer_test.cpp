// What made-up tasks say of another network.
#include "study/transfer.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"
#include "networks/load_network.h"

namespace ampa::study {
namespace {

using Catch::Contains;

Json ampa_setting(double alpha) {
  return {{"scheme", "ampa"}, {"alpha", alpha}, {"beta", 100.0},      {"gamma", 100.0},
          {"itv", 0.25},      {"thr", 3},       {"ladder", {4, 6, 8}}};
}

// A task on which settings, by alpha, have these losses by seed and an RR in the middle of 40 .. 60 % unless said.
struct Tried {
  double alpha;
  std::vector<double> losses;
  double rr = 50;
};
TransferTask task_of(const std::string& network, const std::vector<Tried>& list) {
  TransferTask task;
  task.network = network;
  task.dataset = "cifar10";
  task.epochs = 20;
  task.words = network + " on cifar10, 20 epochs";
  task.num_layers = 18;
  task.dirs = {network + "/dir"};
  task.metric = {"accuracy", "percent", true};
  for (const Tried& of : list) {
    TriedSetting tried;
    tried.label = "ampa " + std::to_string(static_cast<int>(of.alpha));
    tried.carried = ampa_setting(of.alpha);
    tried.losses = of.losses;
    tried.rr_percent = of.rr;
    tried.range = sweep::ReductionRange{40, 60};
    task.settings.push_back(tried);
  }
  task.find = [settings = task.settings](const Json& carried) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < settings.size(); ++i)
      if (settings[i].carried == carried) return i;
    return std::nullopt;
  };
  return task;
}

TransferAdvice advice_of(std::vector<TransferTask> tasks, const Target& target) {
  TransferEvidence evidence;
  evidence.reference = "int8";
  evidence.tasks = std::move(tasks);
  return transfer(std::move(evidence), {"tinycnn", "", 8, networks::load_network("tinycnn")}, target);
}

Target loss_below(double limit) {
  Target target;
  target.max_metric_loss = limit;
  return target;
}

}  // namespace

TEST_CASE("transfer: settings that most tasks tried are compared, each task counting once") {
  const std::vector<TransferTask> tasks = {task_of("a", {{10, {0.4, 0.6}}, {20, {1, 1}}, {30, {9}}}),
                                           task_of("b", {{20, {2}}, {10, {0.7}}}),
                                           task_of("c", {{10, {0.2, 0.4, 0.3}}, {20, {0.1, 0.1, 0.1}}})};
  const std::vector<PooledSetting> pooled = pool_settings(tasks, 1);
  REQUIRE(pooled.size() == 2);
  CHECK(pooled[0].num_tasks == 3);
  CHECK(pooled[0].carried.at("alpha") == 10);
  CHECK(pooled[0].loss.of_mean.mean == Approx((0.5 + 0.7 + 0.3) / 3));
  CHECK(*pooled[0].loss.at_most == Approx(0.5 + 2.919986 * 0.2 * std::sqrt(4.0 / 3)));
  CHECK(pooled[0].mean_rank == Approx((1 + 1 + 2) / 3.0));
  CHECK(pooled[1].loss.of_mean.mean == Approx((1 + 2 + 0.1) / 3));
  CHECK(pooled[1].mean_rank == Approx((2 + 2 + 1) / 3.0));
  CHECK(pool_settings(tasks, 1, 1).front().num_tasks == 2);
}

TEST_CASE("transfer: of those within the bound the one that should save most comes first, as far along its range") {
  // On tinycnn (3 layers) alpha 0 lets no weights climb and 34 one of three: the range of 0 is above that of 34.
  Target target = loss_below(1);
  const std::vector<TransferTask> tasks = {task_of("a", {{0, {0.9}, 45}, {34, {0.2}, 55}, {100, {1.5}, 60}}),
                                           task_of("b", {{0, {0.8}, 50}, {34, {0.4}, 55}, {100, {1.2}, 60}})};
  const TransferAdvice advice = advice_of(tasks, target);
  CHECK(advice.num_tried == 3);
  CHECK(advice.num_compared == 3);
  REQUIRE(advice.settings.size() == 2);
  const auto find = [&](double alpha) -> const TransferAdvice::Candidate& {
    return advice.settings[advice.settings[0].pooled.carried.at("alpha") == alpha ? 0 : 1];
  };
  CHECK(find(0).there.selected == std::vector<int>{0, 3, 3});
  CHECK(find(34).there.selected == std::vector<int>{1, 3, 3});
  CHECK(*find(0).pooled.place == Approx(0.375));  // (0.25 + 0.5) / 2
  CHECK(*find(34).pooled.place == Approx(0.75));
  for (const TransferAdvice::Candidate& candidate : advice.settings) {
    const auto& range = *candidate.there.range;
    CHECK(*candidate.expected_rr ==
          Approx(range.low_percent + *candidate.pooled.place * (range.high_percent - range.low_percent)));
  }
  CHECK(*advice.settings[0].expected_rr >= *advice.settings[1].expected_rr);
  CHECK_FALSE(advice.settings[0].floors);
  target.min_rr_percent = 99;
  CHECK(advice_of(tasks, target).settings.empty());
  Target saving;
  saving.min_rr_percent = 1;
  const TransferAdvice by_loss = advice_of(tasks, saving);
  REQUIRE(by_loss.settings.size() == 3);
  CHECK(by_loss.settings[0].pooled.carried.at("alpha") == 34);
}

TEST_CASE("transfer: a ratio that floors to no layer there saves the most and is no evidence: it comes last") {
  // 10 % of 18 layers is one, of 3 none; 34 % of 3 is one.
  const TransferAdvice advice = advice_of({task_of("a", {{10, {0.1}}, {34, {0.2}}})}, loss_below(1));
  REQUIRE(advice.settings.size() == 2);
  CHECK(advice.settings[0].pooled.carried.at("alpha") == 34);
  CHECK_FALSE(advice.settings[0].floors);
  CHECK(advice.settings[1].floors);
  CHECK(*advice.settings[1].expected_rr > *advice.settings[0].expected_rr);
}

TEST_CASE("transfer: what the others would have named for a task is judged by that task's own runs") {
  // Without a: b and c name 0 (mean 0.5, within 1; 34 loses 2). On a it lost 3 and was the second of two.
  const TransferAdvice advice = advice_of({task_of("a", {{0, {3}}, {34, {0.5}}}), task_of("b", {{0, {0.4}}, {34, {2}}}),
                                           task_of("c", {{0, {0.6}}, {34, {2}}})},
                                          loss_below(1));
  REQUIRE(advice.left_out.size() == 1);  // without b or c nothing is within the bound: 0 loses 1.8 or 1.7, 34 1.25
  CHECK(advice.left_out[0].task == 0);
  CHECK(advice.left_out[0].loss == 3);
  CHECK(advice.left_out[0].rank == 2);
  CHECK(advice.left_out[0].num_ranked == 2);
}

TEST_CASE("transfer: agreement of the tasks' rankings is Kendall's tau") {
  const std::vector<Tried> rising = {{0, {1}}, {10, {2}}, {20, {3}}, {30, {4}}};
  const std::vector<Tried> swapped = {{0, {2}}, {10, {1}}, {20, {3}}, {30, {4}}};
  const std::vector<Tried> falling = {{0, {4}}, {10, {3}}, {20, {2}}, {30, {1}}};
  const auto tau = [](const std::vector<TransferTask>& tasks) {
    return rank_agreement(tasks, pool_settings(tasks, 1));
  };
  CHECK(tau({task_of("a", rising), task_of("b", rising)})->tau == Approx(1));
  CHECK(tau({task_of("a", rising), task_of("b", swapped)})->tau == Approx(4.0 / 6));
  CHECK(tau({task_of("a", rising), task_of("b", falling)})->interval.high < 0);
  CHECK(tau({task_of("a", rising), task_of("b", rising), task_of("c", falling)})->tau == Approx(-1.0 / 3));
  CHECK_FALSE(tau({task_of("a", rising)}).has_value());
  CHECK_FALSE(tau({task_of("a", {{0, {1}}, {10, {2}}}), task_of("b", {{0, {1}}, {10, {2}}})}).has_value());
}

TEST_CASE("transfer: words say where a ratio floors to nothing, and how little one task shows") {
  const Target target = loss_below(1);
  const TransferAdvice one = advice_of({task_of("resnet20", {{10, {0.4, 0.6}}})}, target);
  CHECK_THAT(transfer_words(target, one),
             Contains("tinycnn on an input of its own, 8 epochs: 1 of 1 setting tried on 1 of 1 task") &&
                 Contains("recommended: ampa, alpha 10, beta 100, gamma 100, itv 0.25, thr 3, ladder 4,6,8\n") &&
                 Contains("alpha 10 %: 0 of 3 layers an update (1 of 18 on resnet20): floors to none here\n") &&
                 Contains("  so it is another setting there than the one that was tried") &&
                 Contains("beta 100 %: 3 of 3 layers an update (18 of 18 on resnet20)\n") &&
                 Contains("an update every 2 epochs, 3 that act\n") &&
                 Contains("one task: there is no interval between tasks, so nothing is shown for another network") &&
                 Contains("ampa train --network tinycnn --scheme ampa --alpha 10.0"));
  const TransferAdvice three =
      advice_of({task_of("a", {{10, {0.5}}}), task_of("b", {{10, {0.7}}}), task_of("c", {{10, {0.3}}})}, target);
  CHECK_THAT(transfer_words(target, three),
             Contains("over 3 tasks and their seeds: 0.50 points (0.00 .. 1.00 with 95 %)") &&
                 Contains("another such task: at most 1.17 points with 95 %: the bound is not shown for it"));
  CHECK_THAT(transfer_words(loss_below(1.2), three), Contains("within the bound"));
}

TEST_CASE("transfer: targets that nothing is known of before training are refused") {
  Target target = loss_below(1);
  target.max_cycles = 100;
  CHECK_THROWS_WITH(advice_of({task_of("a", {{10, {1}}})}, target),
                    Contains("--max-cycles: expected --max-metric-loss"));
}

}  // namespace ampa::study
