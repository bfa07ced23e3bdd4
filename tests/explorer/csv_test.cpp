#include <catch2/catch.hpp>
#include <sstream>

#include "example_study.h"
#include "example_sweep.h"
#include "report/report.h"
#include "sweep/summary_csv.h"

namespace ampa::report {
namespace {

std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::string cell;
    for (const char c : line + ',') {
      if (c == ',')
        rows.back().push_back(std::exchange(cell, ""));
      else
        cell += c;
    }
  }
  return rows;
}

std::string value(const std::vector<std::vector<std::string>>& rows, std::size_t row, const std::string& column) {
  for (std::size_t i = 0; i < rows[0].size(); ++i)
    if (rows[0][i] == column) return rows.at(row).at(i);
  FAIL("no column " << column);
  return "";
}

}  // namespace

TEST_CASE("every trial and setting is a line of as many cells as there are columns") {
  const sweep::SweepSummary summary = testing::example_sweep();
  for (const std::string& csv : {sweep::trials_csv(summary.trials), sweep::settings_csv(summary)}) {
    const auto rows = cells(csv);
    for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  }
  CHECK(cells(sweep::trials_csv(summary.trials)).size() == 1 + 18);
  CHECK(cells(sweep::settings_csv(summary)).size() == 1 + 6);
}

TEST_CASE("no cell is a formula or breaks its line") {
  sweep::SweepSummary summary = testing::example_sweep();
  summary.trials[0].config["network"] = "=cmd|' /C calc'!A0";
  summary.trials[1].config["network"] = "a\nb\x1b";
  const auto rows = cells(sweep::trials_csv(summary.trials));
  CHECK(rows.size() == 1 + 18);
  CHECK(value(rows, 1, "network") == "\"'=cmd|' /C calc'!A0\"");
  CHECK(value(rows, 2, "network") == "\"a\\nb\\x1b\"");
}

TEST_CASE("every setting of a study is a line with its objectives, and what was confirmed of it") {
  const auto rows = cells(study_csv(testing::example_study().facts));
  REQUIRE(rows.size() == 1 + 9);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(value(rows, 3, "alpha") == "10.0");
  CHECK(value(rows, 3, "beta") == "20.0");
  CHECK(value(rows, 3, "metric_mean") == "88.5");
  CHECK(value(rows, 3, "rr_max") == "62.0");
  CHECK(value(rows, 3, "on_front") == "true");
  CHECK(value(rows, 3, "confirmed_seeds") == "3");
  CHECK(value(rows, 3, "test_metric_mean") == "88.0");
  CHECK(value(rows, 3, "loss_at_most") == "0.67");
  CHECK(value(rows, 3, "confirmed") == "true");
  CHECK(value(rows, 9, "status") == "\"partial\"");
  CHECK(value(rows, 9, "metric_mean").empty());
  CHECK(value(rows, 1, "confirmed").empty());
}

TEST_CASE("figures stand under their columns") {
  const auto trials = cells(sweep::trials_csv(testing::example_sweep().trials));
  CHECK(value(trials, 1, "scheme") == "\"fp32\"");
  CHECK(value(trials, 1, "bitops_reduction_percent").empty());
  CHECK(value(trials, 4, "alpha") == "10.0");
  CHECK(value(trials, 4, "point") == "fused-16x16");
  CHECK(value(trials, 4, "total_cycles") == "600");
  CHECK(value(trials, 4, "compute_cycles") == "590");
  CHECK(value(trials, 4, "operand_stall_cycles") == "0");
  CHECK(value(trials, 4, "write_stall_cycles") == "0");
  CHECK(value(trials, 4, "cycles_reduction_percent") == "40");
  const auto settings = cells(sweep::settings_csv(testing::example_sweep()));
  CHECK(value(settings, 4, "bitops_reduction_percent_mean") == "50");
  CHECK(value(settings, 4, "num_completed") == "3");
  CHECK(value(settings, 4, "fill_drain_cycles_mean") == "10");
  CHECK(value(settings, 4, "write_stall_cycles_mean") == "0");
}

TEST_CASE("columns have the metric's name, and rows its name where a sweep has several") {
  sweep::SweepSummary summary = testing::example_sweep();
  CHECK(std::stod(value(cells(sweep::trials_csv(summary.trials)), 1, "accuracy_percent")) == Approx(90.1));
  for (std::size_t i = 0; i < summary.trials.size(); ++i)
    if (i % 2 == 0) summary.trials[i].metric = {"perplexity", "", false};
  summary.settings = sweep::summarise_settings(summary.trials);
  for (const std::string& csv : {sweep::trials_csv(summary.trials), sweep::settings_csv(summary)}) {
    const auto rows = cells(csv);
    for (const auto& row : rows) CHECK(row.size() == rows[0].size());
    CHECK(value(rows, 1, "metric") == "\"perplexity\"");
    CHECK(value(rows, 2, "metric") == "\"accuracy_percent\"");
  }
  CHECK(std::stod(value(cells(sweep::trials_csv(summary.trials)), 1, "metric_value")) == Approx(90.1));
  for (sweep::TrialSummary& trial : summary.trials) trial.metric = {"dice", "", true};
  CHECK(std::stod(value(cells(sweep::trials_csv(summary.trials)), 1, "best_dice")) == Approx(90.1));
}

}  // namespace ampa::report
