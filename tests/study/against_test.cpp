// Fixed widths against settings of at least their RR, on made-up runs.
#include "study/against.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"

namespace ampa::study {
namespace {

using Catch::Contains;

// Seeds 1, 2, ..; the accuracy of a scheme's run with seed s is 90 + s, of others that plus its lead. INT8 takes 1000
// cycles on both points; `cycles` are those of seed 1, each next seed takes one more.
struct MadeUpRuns {
  RunSource source;

  void add(const std::string& label, const std::string& scheme, double rr, const std::vector<double>& leads,
           std::int64_t fused, std::int64_t int8_array, const char* stage = "search") {
    for (std::size_t i = 0; i < leads.size(); ++i) {
      StudyTrial of;
      of.stage = stage;
      of.trial.id = label + stage + std::to_string(i);
      of.trial.setting = of.trial.label = label;
      of.trial.task = "task";
      of.trial.status = "completed";
      of.trial.config = {
          {"seed", i + 1}, {"scheme", scheme}, {"network", "resnet20"}, {"dataset", "cifar10"}, {"epochs", 30}};
      of.trial.final_metric = 91 + static_cast<double>(i) + leads[i];
      of.trial.bitops_reduction_percent = rr;
      for (const auto& [point, total] : {std::pair{"fused-16x16", fused}, std::pair{"int8-16x16", int8_array}}) {
        sweep::PointCycles cycles;
        cycles.point = point;
        cycles.total.compute = total + static_cast<std::int64_t>(i);
        cycles.int8_total.compute = 1000;
        of.trial.cycles.push_back(cycles);
      }
      source.trials.push_back(of);
    }
  }
};

}  // namespace

TEST_CASE("against: of those that save at least as much the best comes first, with intervals paired by seed") {
  MadeUpRuns runs;
  runs.add("int6", "int6", 43.75, {0, 0, 0}, 1000, 1000);
  runs.add("saves less", "ampa", 43, {9, 9, 9}, 500, 1000);
  runs.add("a", "ampa", 50, {-1, -1.1, -0.9}, 700, 1000);
  runs.add("b", "ampa", 43.75, {0.8, 1.2, 1.0}, 600, 1000);
  const std::vector<TaskAgainst> tasks = against({runs.source}, "int6");
  REQUIRE(tasks.size() == 1);
  const TaskAgainst& task = tasks[0];
  CHECK(task.num_settings == 3);
  CHECK(task.is_matched);
  REQUIRE(task.settings.size() == 2);
  CHECK(task.settings[0].label == "b");
  CHECK(task.settings[0].lead->mean == Approx(1));
  CHECK(task.settings[0].lead->interval->low == Approx(1 - 4.302653 * 0.2 / std::sqrt(3)));
  CHECK(*task.settings[0].p < 0.05);
  CHECK(*task.settings[1].p > 0.95);
  REQUIRE(task.settings[0].points.size() == 2);
  const CyclesAgainst& fused = task.settings[0].points[0];
  CHECK(fused.of_scheme == Approx(-0.1));  // 1000, 1001, 1002 of 1000
  CHECK(fused.of_setting == Approx(39.9));
  CHECK(fused.fewer_percent.mean == Approx(100 - 100 * (600 / 1000.0 + 601 / 1001.0 + 602 / 1002.0) / 3));
  CHECK(task.settings[0].points[1].fewer_percent.mean == 0);

  const std::string words = against_words(tasks);
  CHECK_THAT(words, Contains("int6 has an RR of 43.75 % (3 runs); 2 of 3 settings save at least as much\n") &&
                        Contains("best: b: RR 43.75 %, accuracy 1.00 points better than with int6 (0.50 .. 1.50 with "
                                 "95 %, 3 seeds): shown to be better") &&
                        Contains("on fused-16x16 40.0 % fewer cycles than int6") &&
                        Contains("on int8-16x16 as many cycles as int6") &&
                        Contains("then: a: RR 50.00 %, accuracy 1.00 points worse than with int6 (0.75 .. 1.25 with 95 "
                                 "%, 3 seeds): shown to be worse"));
}

TEST_CASE("against: it is said in words where fewer bits save no cycle") {
  MadeUpRuns runs;
  runs.add("int6", "int6", 43.75, {0}, 1000, 1000);
  runs.add("a", "ampa", 50, {-1}, 700, 1000);
  CHECK_THAT(
      against_words(against({runs.source}, "int6")),
      Contains("on fused-16x16 30.0 % fewer cycles than int6 (1 seed, no interval); against INT8 there int6 "
               "saves no cycle, the setting 30.0 %\n") &&
          Contains("on int8-16x16 as many cycles as int6; against INT8 there int6 saves no cycle, the setting no "
                   "cycle\n"));
}

TEST_CASE("against: without a setting that saves as much the closest one is compared; unseen seeds count first") {
  MadeUpRuns runs;
  runs.add("int4", "int4", 75, {0, 0}, 500, 1000);
  runs.add("int4", "int4", 75, {0, 0}, 500, 1000, "confirm");
  runs.add("far", "ampa", 40, {5, 5}, 700, 1000);
  runs.add("near", "ampa", 60, {5, 5}, 600, 1000);
  runs.add("near", "ampa", 60, {1, 2}, 600, 1000, "confirm");
  const TaskAgainst task = against({runs.source}, "int4").front();
  CHECK_FALSE(task.is_matched);
  REQUIRE(task.settings.size() == 1);
  CHECK(task.settings[0].label == "near");
  CHECK(task.settings[0].is_confirmed);
  CHECK(task.settings[0].lead->mean == Approx(1.5));
  CHECK_THAT(against_words({task}), Contains("none of 2 settings saves as much; the closest one:\nnear: RR 60.00 %"));
}

TEST_CASE("against: a scheme that was not run, or saves no bit operations, is refused") {
  MadeUpRuns runs;
  runs.add("a", "ampa", 50, {0}, 700, 1000);
  CHECK_THROWS_WITH(against({runs.source}, "int6"), Contains("--against: expected a scheme with completed runs"));
  runs.add("fp32", "fp32", 0, {0}, 1000, 1000);
  for (StudyTrial& of : runs.source.trials)
    if (of.trial.label == "fp32") of.trial.bitops_reduction_percent.reset();
  CHECK_THROWS_WITH(against({runs.source}, "fp32"), Contains("bit operations can be matched, found fp32"));
}

}  // namespace ampa::study
