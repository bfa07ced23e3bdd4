// A study with figures chosen by hand, for tests of what is made from it: eight settings and INT8, two seeds, one rung
// at which the worse half stopped, and one setting that was confirmed.
#pragma once

#include "common/metric.h"
#include "example_sweep.h"
#include "report/report.h"

namespace ampa::testing {

inline sweep::TrialSummary study_trial(double alpha, double beta, int seed, double accuracy, double rr, int epochs) {
  sweep::TrialSummary run = alpha == 0 ? trial("int8", 0, seed, accuracy, 0.1, 0, 1000)
                                       : trial("ampa", alpha, seed, accuracy, 0.1, rr, static_cast<int>(1000 - 5 * rr));
  run.config["beta"] = beta;
  run.label = alpha == 0 ? "int8" : run.label + " beta " + std::to_string(static_cast<int>(beta));
  run.setting = run.label;
  run.id += "-b" + std::to_string(static_cast<int>(beta));
  run.validation_metric = accuracy;
  run.final_metric = accuracy - 1;
  run.num_epochs = epochs;
  if (epochs < 20) run.status = "paused";
  return run;
}

inline Json statistics_json(const std::vector<double>& values) {
  Json json = sweep::to_json(sweep::statistics_of(values));
  json["by_seed"] = values;
  return json;
}

// As study.json says it: half of the settings promoted and run on both tasks, an interval 0.4 wide.
inline Json fidelity(int epochs, int num_settings, double tau, bool is_off) {
  return {{"base", {{"epochs", epochs}}},
          {"num_settings", num_settings},
          {"num_promoted", num_settings / 2},
          {"num_shared", num_settings / 2},
          {"tau", tau},
          {"low", tau - 0.2},
          {"high", tau + 0.2},
          {"is_off", is_off}};
}

struct StudyExample {
  report::StudyFacts facts;
  std::vector<sweep::TrialSummary> trials;    // of the search, then of the confirm stage
  std::vector<sweep::TrialSummary> searched;  // of the search
};

inline StudyExample example_study() {
  StudyExample study;
  Json settings = Json::array(), jobs = Json::array(), results = Json::array();
  for (const double alpha : {0.0, 10.0, 20.0, 30.0, 40.0})
    for (const double beta : {10.0, 20.0}) {
      if (alpha == 0 && beta == 20) continue;
      const bool is_baseline = alpha == 0, goes_on = is_baseline || alpha <= 20;
      const int epochs = goes_on ? 20 : 5;
      const double rr = is_baseline ? 0 : 70 - alpha + beta / 10, accuracy = is_baseline ? 90 : 88 + alpha / 20;
      std::vector<double> metric, saved;
      for (const int seed : {1, 2}) {
        study.searched.push_back(study_trial(alpha, beta, seed, accuracy + (seed - 1.5), rr, epochs));
        const std::string id = study.searched.back().id;
        metric.push_back(*study.searched.back().validation_metric);
        saved.push_back(rr);
        jobs.push_back({{"trial", id}, {"label", "-"}, {"seed", seed}, {"until_epoch", 5}, {"why", "asked"}});
        if (goes_on) {
          jobs.push_back({{"trial", id}, {"label", "-"}, {"seed", seed}, {"until_epoch", 20}, {"why", "promoted"}});
          results.push_back(id + "@20");
        } else {
          results.push_back(id + "@5");
        }
      }
      const sweep::TrialSummary& run = study.searched.back();
      Json config = run.config;
      config.erase("seed");
      settings.push_back(
          {{"id", run.setting},
           {"label", run.label},
           {"same_runs", Json::array()},
           {"baseline", is_baseline},
           {"config", config},
           {"status", goes_on ? "complete" : "partial"},
           {"objectives", goes_on ? Json({statistics_json(metric), statistics_json(saved)}) : Json::array()},
           {"meets", goes_on ? Json(true) : Json(nullptr)},
           {"on_front", alpha == 10 && beta == 20}});
    }
  study.trials = study.searched;
  for (const int seed : {1001, 1002, 1003}) study.trials.push_back(study_trial(10, 20, seed, 88.5, 62, 20));
  const Json first(std::vector<Json>(results.begin(), results.begin() + 4)),
      rest(std::vector<Json>(results.begin() + 4, results.end()));
  const Json trials = [&] {
    Json list = Json::array();
    for (const sweep::TrialSummary& run : study.trials) list.push_back(sweep::to_json(run));
    return list;
  }();
  const std::string confirmed = settings[2].at("id").get<std::string>();
  study.facts.summary = {
      {"schema_version", 1},
      {"context", {{"date", "2026-01-02T03:04:05Z"}}},
      {"config", {{"seeds", {1, 2}}, {"space", {{"alpha", {10, 20, 30, 40}}, {"beta", {10, 20}}}}}},
      {"results",
       {{"name", "a study"},
        {"end", "the budget is spent"},
        {"metric", {{"name", "accuracy"}, {"unit", "percent"}, {"larger_is_better", true}}},
        {"objectives",
         {{{"of", "metric"}, {"point", nullptr}, {"unit", "percent"}, {"larger_is_better", true}},
          {{"of", "rr"}, {"point", nullptr}, {"unit", "percent"}, {"larger_is_better", true}}}},
        {"constraints", {"rr at least 20"}},
        {"num_decisions", 3},
        {"settings", settings},
        {"differences",
         {{{"f", 0.4}, {"p", 0.8}, {"residual_std_dev", 0.5}, {"is_noise", true}},
          {{"f", nullptr}, {"p", 0.0}, {"residual_std_dev", 0.0}, {"is_noise", false}}}},
        {"hypervolume", {{"value", 30.0}, {"low", 20.0}, {"high", 40.0}, {"reference", {80.0, -1.0}}}},
        {"reference", "int8"},
        {"confirmed",
         {{{"label", confirmed},
           {"id", confirmed},
           {"meets", true},
           {"test_metric", sweep::to_json(sweep::statistics_of({87.0, 88.0, 89.0}))},
           {"objectives", Json::array()},
           {"loss", {{"seeds", 3}, {"mean", 0.5}, {"std_dev", 0.1}, {"at_most", 0.67}, {"p", 0.01}}},
           {"seeds_needed", nullptr}}}},
        {"trials", trials}}}};
  study.facts.decisions = {{{"decision", 0}, {"based_on", Json::array()}, {"jobs", jobs}},
                           {{"decision", 1}, {"based_on", first}, {"jobs", Json::array()}},
                           {{"decision", 2}, {"based_on", rest}, {"jobs", Json::array()}, {"end", "over"}}};
  study.facts.words = {"8 settings; 21 runs",
                       "confirmed: " + confirmed + ": test accuracy 88.00 % over 3 unseen seeds"};
  return study;
}

inline report::ReportInput study_input() {
  const StudyExample study = example_study();
  report::ReportInput input;
  input.study = study.facts;
  input.summary.name = "a study";
  input.summary.context = study.facts.summary.at("context");
  input.summary.points = {"fused-16x16"};
  input.summary.trials = study.trials;
  input.summary.settings = sweep::summarise_settings(study.searched);
  return input;
}

}  // namespace ampa::testing
