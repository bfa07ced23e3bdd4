#include <algorithm>
#include <catch2/catch.hpp>

#include "cost/run_cost.h"
#include "example_study.h"
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
  CHECK_THAT(page, Contains("<li>c\nNote: d</li>"));
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
}

TEST_CASE("chart data hold every figure of a setting over its seeds, with the interval of the mean") {
  const Json data = chart_data(example_input());
  const Json& setting = data["settings"][3];
  CHECK(data["kind"] == "sweep");
  CHECK(setting["figures"]["rr"]["mean"] == 50.0);
  CHECK(setting["figures"]["cycles@fused-16x16"]["mean"] == 0.0006);
  CHECK(setting["figures"]["metric"]["values"] == Json({89.4, 89.5, 89.6}));
  CHECK(setting["figures"]["metric"]["half"] == 0.248414);  // t(.975, 2) 0.1 / sqrt(3) = 4.302653 x 0.0577350
  CHECK(setting["range"] == Json({45.0, 55.0}));
  CHECK(setting["recommended"] == true);
  CHECK(data["settings"][4]["recommended"] == false);
  CHECK(setting["cycles"]["fused-16x16"] == Json({590.0, 10.0, 0.0, 0.0}));
  CHECK(data["dims"] == Json({"alpha"}));
  CHECK(data["settings"][0]["figures"].count("bitops") == 0);  // floating point has none
}

TEST_CASE("a study is shown by the samples held out, its confirm stage apart") {
  const Json data = chart_data(testing::study_input());
  CHECK(data["kind"] == "study");
  CHECK(data["tasks"][0]["samples"] == "validation");
  CHECK(data["settings"].size() == 9);
  const Json& confirmed = data["settings"][2];
  CHECK(confirmed["figures"]["metric"]["values"] == Json({88.0, 89.0}));
  CHECK(confirmed["confirmed"]["mean"] == 88.0);
  CHECK(confirmed["confirmed"]["meets"] == true);
  CHECK(data["settings"][5]["status"] == "partial");
  CHECK(data["settings"][5]["figures"].empty());  // of runs that were not gone on with there is no last value
  CHECK(data["trials"][0]["confirming"] == false);
  CHECK(data["trials"].back()["confirming"] == true);
  CHECK(data["rungs"][data["trials"][2]["id"].get<std::string>()] == Json({5, 20}));

  // INT8 and the first setting end with the first decision's results, the others with the second's.
  CHECK(data["progress"][1]["runs"] == 4);
  CHECK(data["progress"][1]["epochs"] == 80);
  CHECK(data["progress"][1]["done"].size() == 2);
  CHECK(data["progress"][1]["metric"] == 90.0);
  CHECK(data["progress"][1]["hypervolume"] == (90.0 - 80.0) * 1.0 + (88.5 - 80.0) * 61.0);
  CHECK(data["progress"][2]["epochs"] == 10 * 20 + 8 * 5);
  CHECK(data["progress"][2]["hypervolume"].get<double>() > data["progress"][1]["hypervolume"].get<double>());
}

TEST_CASE("a study's page holds its fidelities, and their runs are no rungs") {
  testing::StudyExample example = testing::example_study();
  ReportInput input = testing::study_input();
  Json& results = example.facts.summary["results"];
  example.facts.decisions[0]["jobs"].push_back(
      {{"trial", "cheap"}, {"label", "-"}, {"seed", 1}, {"until_epoch", 3}, {"why", "fidelity"}});
  input.study = example.facts;
  CHECK(chart_data(input)["rungs"].count("cheap") == 0);
  CHECK(chart_data(input)["fidelities"] == Json::array());
  CHECK(chart_data(example_input())["fidelities"] == Json::array());
  results["fidelities"] = {testing::fidelity(3, 24, 0.71, false), testing::fidelity(1, 8, 0, true)};
  results["fidelities"][1].erase("num_promoted");  // as studies before this figure have it
  results["fidelities"][1]["tau"] = nullptr;
  input.study = example.facts;
  const Json list = chart_data(input)["fidelities"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["tau"] == 0.71);
  CHECK(list[0]["num_promoted"] == 12);
  CHECK(list[1]["num_promoted"].is_null());
  CHECK(list[1]["tau"].is_null());
  CHECK(list[1]["is_off"] == true);
}

TEST_CASE("what dimensions explain needs more settings than levels") {
  const Json data = chart_data(testing::study_input());
  const Json& entry = data["importance"][0];
  CHECK(entry["key"] == "alpha");
  CHECK(entry["shares"][0]["figure"] == "metric");
  CHECK(entry["shares"][0]["share"] == 1.0);  // accuracy is made of alpha alone
  CHECK(chart_data(example_input())["importance"].empty());
}

TEST_CASE("cautions are beside what they are about") {
  const std::string study = html(testing::study_input());
  CHECK_THAT(study, Contains("Accuracy: the settings are indistinguishable from noise (F = 0.4, p = 0.8"));
  CHECK_THAT(study, !Contains("rr: the settings are") && Contains("2 seeds of each setting"));
  CHECK_THAT(study, Contains("<span class=\"badge\">confirmed</span> <strong>"));
  CHECK_THAT(study, Contains("88 ± 2.5"));  // t(.975, 2) / sqrt(3)
  testing::StudyExample example = testing::example_study();
  example.facts.summary["results"]["confirmed"] = Json::array();
  ReportInput input = testing::study_input();
  input.study = example.facts;
  CHECK_THAT(html(input), Contains("No setting is confirmed") && Contains("Nothing has been confirmed"));

  CHECK_THAT(html(example_input()), !Contains("class=\"panel caution\""));
  ReportInput noted = example_input();
  noted.recommendations[0].notes = {"Another seed may break it."};
  CHECK_THAT(html(noted), Contains("class=\"panel caution\"") && Contains("<li>Another seed may break it.</li>"));
  ReportInput one = example_input();
  one.summary.trials.resize(1);
  one.summary.settings = sweep::summarise_settings(one.summary.trials);
  CHECK_THAT(html(one), Contains("One run: another seed") && !Contains("No setting can be recommended"));
}

TEST_CASE("the page needs nothing from outside and says what its numbers mean") {
  const std::string page = html(example_input());
  CHECK_THAT(page, !Contains("<script src") && !Contains("<link rel=\"stylesheet\"") && !Contains("@import"));
  CHECK_THAT(page, Contains("Apache ECharts 6") && Contains("Apache License 2.0"));
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

TEST_CASE("in a browser pages of one run, two, three hundred settings and a study are brushed, hovered and read") {
  const testing::Scratch scratch;
  const auto write = [&](const std::string& name, ReportInput input) {
    input.summary.settings = input.study ? input.summary.settings : sweep::summarise_settings(input.summary.trials);
    if (!input.study) input.recommendations = sweep::recommend(input.summary, input.constraints);
    input.record_of = [](const sweep::TrialSummary& trial) {
      record::RunRecord record = example_record();
      record.epochs.resize(static_cast<std::size_t>(std::min<std::int64_t>(4, trial.num_epochs)));
      return std::optional<record::RunRecord>(record);
    };
    scratch.write(name, html(input));
  };
  ReportInput one = example_input(), two = example_input(), many = example_input();
  one.summary.trials = {one.summary.trials[3]};
  two.summary.trials = {two.summary.trials[1], two.summary.trials[3]};
  many.summary.trials.erase(std::remove_if(many.summary.trials.begin(), many.summary.trials.end(),
                                           [](const auto& trial) { return trial.scheme() == "ampa"; }),
                            many.summary.trials.end());
  many.summary.trials.erase(many.summary.trials.begin());  // of three baselines two stay, with two or three seeds
  for (auto& trial : many.summary.trials) trial.baseline = true;
  many.summary.trials.erase(std::remove_if(many.summary.trials.begin(), many.summary.trials.end(),
                                           [](const auto& trial) { return trial.scheme() == "fp32"; }),
                            many.summary.trials.end());
  for (int i = 0; i < 300; ++i)
    for (const int seed : {1, 2, 3}) {
      const double alpha = 1 + i / 3, rr = 70 - 0.5 * alpha + i % 3;
      sweep::TrialSummary trial = testing::trial("ampa", alpha, seed, 85 + 4 * alpha / 100 + 0.2 * (i % 3) + 0.1 * seed,
                                                 0.1, rr, static_cast<std::int64_t>(1000 - 5 * rr));
      trial.config["beta"] = 10 * (i % 3);
      trial.id += "-b" + std::to_string(i % 3);
      trial.setting = trial.label += " beta " + std::to_string(i % 3);
      many.summary.trials.push_back(trial);
    }
  write("one.html", one);
  write("two.html", two);
  write("many.html", many);
  write("study.html", testing::study_input());
  ReportInput with_fidelities = testing::study_input();
  with_fidelities.study->summary["results"]["fidelities"] = {
      testing::fidelity(1, 8, 0.1, true), testing::fidelity(3, 24, 0.71, false), testing::fidelity(6, 1, 0, false)};
  Json& unknown = with_fidelities.study->summary["results"]["fidelities"][2];
  for (const char* figure : {"tau", "low", "high"}) unknown[figure] = nullptr;
  write("fidelities.html", with_fidelities);
  const std::string command = "cd " + (scratch / "").string() + " && HOME=$PWD timeout 1200 /usr/bin/python3 " +
                              AMPA_SOURCE_DIR + "/tests/explorer/page_check.py . > out.txt 2>&1";
  const int status = std::system(command.c_str());
  INFO(scratch.text("out.txt"));
  if (WEXITSTATUS(status) == 77) {
    WARN("skipped: chromium, chromium-driver or python3-selenium is not installed");
    return;
  }
  CHECK(status == 0);
}

}  // namespace ampa::report
