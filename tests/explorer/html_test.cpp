#include <catch2/catch.hpp>

#include "cost/run_cost.h"
#include "example_sweep.h"
#include "report/html_text.h"
#include "report/report.h"
#include "scratch.h"

namespace ampa::report {
namespace {

using Catch::Contains;

// A run of two layers whose widths change, for the trial of the example sweep at alpha 10, seed 1.
record::RunRecord example_record() {
  record::RunRecord record;
  record.layers = {{"conv_a", 100, 10}, {"conv_b", 100, 10}};
  record.steps_per_epoch = 2;
  record.jobs = {{"conv_a", gemm::Pass::kForward, 100, 20, 30}, {"conv_b", gemm::Pass::kForward, 50, 40, 30}};
  for (int i = 0; i < 4; ++i) {
    record::EpochResult epoch;
    epoch.epoch = i;
    epoch.train_loss = 1.0 / (i + 1);
    epoch.test_metric = 60 + 5 * i;
    epoch.bits = {{4, 4, i < 2 ? 4 : 6}, {i < 1 ? 4 : 8, 6, 8}};
    record.epochs.push_back(epoch);
  }
  return record;
}

ReportInput example_input() {
  ReportInput input;
  input.summary = testing::example_sweep();
  input.summary.context = {{"date", "2026-01-02T03:04:05Z"}};
  input.constraints = sweep::complete({});
  input.recommendations = sweep::recommend(input.summary, input.constraints);
  input.record_of = [](const sweep::TrialSummary& trial) {
    return trial.scheme() == "ampa" ? std::optional<record::RunRecord>(example_record()) : std::nullopt;
  };
  return input;
}

}  // namespace

TEST_CASE("text from outside cannot become markup") {
  CHECK(escaped("<a href=\"x\">&") == "&lt;a href=&quot;x&quot;&gt;&amp;");
  CHECK(script_json({{"k", "</script>"}}) == "{\"k\":\"\\u003c/script>\"}");
  ReportInput input = example_input();
  input.summary.name = "<script>alert(1)</script>";
  CHECK_THAT(html(input), !Contains("<script>alert"));
}

TEST_CASE("names of any kind are shown and change nothing in the page") {
  ReportInput input = example_input();
  for (sweep::Recommendation& task : input.recommendations) {
    task.network = "a\nRecommended: b\x1b[31m: accuracy";
    task.notes = {"c\nNote: d"};
  }
  const std::string page = html(input);
  CHECK_THAT(page, Contains("<p>a\nRecommended: b\\x1b[31m: accuracy on "));
  CHECK_THAT(page, Contains("<p class=\"doubt\">Note: c\nNote: d</p>"));
  CHECK_THAT(page, Contains("<p class=\"best\"><strong>Recommended: ampa 10/20/30 Itv 0.05 Thr 3</strong>: accuracy"));
  for (sweep::Recommendation& task : input.recommendations) task.ranked.clear();
  CHECK_THAT(html(input), Contains("<p>No setting can be recommended.</p>"));
}

TEST_CASE("chart data hold the widths and cycles of every layer") {
  const Json data = chart_data(example_input());
  const Json& trial = data["trials"][3];
  CHECK(trial["bits"]["w"] == Json({"4444", "4888"}));
  CHECK(trial["bits"]["g"] == Json({"4466", "8888"}));
  const cost::RunCost cost = cost::cost_run(example_record(), timing::point_from_string("fused-16x16"), "example");
  CHECK(trial["cost"]["fused-16x16"]["compute"][1] == cost.layers[1].cycles.total().compute);
  CHECK(trial["cost"]["fused-16x16"]["int8_fill_drain"][0] == cost.layers[0].int8.total().fill_drain);
  CHECK(trial["cost"]["fused-16x16"]["operand_stall"][0] == 0);

  ReportInput kept = example_input();  // costs are computed once: what the summary holds is what is drawn
  kept.summary.trials[3].cycles[0].layers = {{{1, 2, 3, 4}, {5, 6, 7, 8}}, {{9, 10, 11, 12}, {13, 14, 15, 16}}};
  const Json cost_of_kept = chart_data(kept)["trials"][3]["cost"]["fused-16x16"];
  CHECK(cost_of_kept["operand_stall"] == Json({3, 11}));
  CHECK(cost_of_kept["int8_write_stall"] == Json({8, 16}));
  CHECK(data["settings"][3]["rr"]["mean"] == 50.0);
  CHECK(data["settings"][3]["range"] == Json({45.0, 55.0}));
  CHECK(data["tasks"][0]["recommended"] == "ampa 10/20/30 Itv 0.05 Thr 3");
}

TEST_CASE("the page needs nothing from outside and says what its numbers mean") {
  const std::string page = html(example_input());
  CHECK_THAT(page, !Contains("src=\"") && !Contains("<link rel=\"stylesheet\""));
  CHECK_THAT(page, Contains("Chart.js v3"));
  CHECK_THAT(page, Contains("Element MHz, pre-layout"));
  CHECK_THAT(page, Contains("How the numbers are defined") && Contains("BitOPs reduced ratio"));
  CHECK_THAT(page,
             Contains("<p class=\"best\"><strong>Recommended: ampa 10/20/30 Itv 0.05 Thr 3</strong>: accuracy 89.50"));
  CHECK_THAT(page, Contains("<!--context-->date: 2026-01-02T03:04:05Z<!--/context-->"));
}

TEST_CASE("outside its context the page repeats byte for byte") {
  ReportInput input = example_input();
  const auto without_context = [](std::string page) {
    const std::size_t begin = page.find("<!--context-->"), end = page.find("<!--/context-->");
    return page.erase(begin, end - begin);
  };
  const std::string first = without_context(html(input));
  input.summary.context = {{"date", "2027-01-01T00:00:00Z"}, {"cpu_model", "another"}};
  CHECK(without_context(html(input)) == first);
}

TEST_CASE("a browser draws every chart without a console error") {
  if (::access("/usr/bin/chromium", X_OK) != 0) {
    WARN("skipped: /usr/bin/chromium is not installed");
    return;
  }
  const testing::Scratch scratch;
  scratch.write("report.html", html(example_input()));
  const std::string command = "cd " + (scratch / "").string() +
                              " && HOME=$PWD timeout 120 /usr/bin/chromium --headless --no-sandbox --disable-gpu "
                              "--disable-dev-shm-usage --user-data-dir=$PWD/profile --virtual-time-budget=5000 "
                              "--enable-logging=stderr --dump-dom file://$PWD/report.html > dom.html 2> log.txt";
  REQUIRE(std::system(command.c_str()) == 0);
  const std::string dom = scratch.text("dom.html");
  CHECK_THAT(scratch.text("log.txt"), !Contains("CONSOLE"));
  CHECK_THAT(dom, Contains("data-charts=\"7\""));
  for (const char* id : {"metric-bitops", "metric-cycles", "loss-rr", "rr-range", "layer-cycles", "curve-metric",
                         "curve-loss", "bits-w", "bits-a", "bits-g"}) {
    const std::size_t at = dom.find("<canvas id=\"" + std::string(id) + "\"");
    REQUIRE(at != std::string::npos);
    CHECK_THAT(dom.substr(at, dom.find('>', at) - at), Contains("data-drawn=\"1\""));
  }
}

}  // namespace ampa::report
