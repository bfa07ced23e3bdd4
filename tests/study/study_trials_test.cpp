// `ampa trials`: a study as CSV, and as a journal that Optuna itself reads back.
#include "study/study_trials.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "small_study.h"
#include "statistics/hypervolume.h"

namespace ampa::study {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::Result;
using testing::Scratch;

constexpr const char* kPython = "/usr/bin/python3";

// With a run that stops below a bound, a setting that acts under one scheme only, and a confirm stage.
Json conditional_study() {
  return small_study({{"space",
                       {{"scheme", {"ampa", "int6"}},
                        {"alpha", {{"values", {10, 60}}, {"when", {{"scheme", {"ampa"}}}}}},
                        {"lr", {0.05, 0.1}}}}});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void run_study(const Scratch& scratch) {
  scratch.write("S.json", conditional_study().dump());
  const Result result = ampa(scratch, "study S.json --out dir --workers 2 --threads 1");
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

}  // namespace

TEST_CASE("trials: a CSV has a line for each, and Optuna reads them all back") {
  const Scratch scratch;
  run_study(scratch);
  const Json results = scratch.json("dir/study.json").at("results");
  const std::size_t num_trials = results.at("trials").size();

  const Result csv = ampa(scratch, "trials dir");
  INFO(csv.err);
  REQUIRE(csv.exit_code == 0);
  const std::vector<std::string> lines = lines_of(csv.out);
  REQUIRE(lines.size() == num_trials + 1);
  CHECK_THAT(lines[0], Contains("trial,network,dataset,scheme,alpha,") &&
                           Contains(",seed,status,num_epochs,accuracy_percent,") &&
                           Contains(",total_cycles,int8_total_cycles,cycles_reduction_percent,label,stage,space.scheme,"
                                    "space.alpha,space.lr,objective.metric,objective.rr"));
  CHECK(std::count_if(lines.begin(), lines.end(),
                      [](const std::string& line) { return line.find(",baseline,,,,") != std::string::npos; }) == 2);
  CHECK(scratch.text("dir/trials.csv") == csv.out);  // the page's

  REQUIRE(ampa(scratch, "trials dir --format optuna --out journal.log").exit_code == 0);
  if (std::system((std::string(kPython) + " -c 'import optuna' 2> /dev/null").c_str()) != 0) {
    WARN("skipped: python3-optuna is not installed (scripts/setup.sh --tests)");
    return;
  }
  const std::string command = std::string(kPython) + " " + AMPA_SOURCE_DIR + "/tests/study/read_optuna.py " +
                              (scratch / "journal.log").string() + " > " + (scratch / "read.json").string();
  REQUIRE(std::system(command.c_str()) == 0);
  const Json read = scratch.json("read.json");
  CHECK(read.at("name") == "a study");
  CHECK(read.at("directions") == Json({"MAXIMIZE", "MAXIMIZE"}));
  CHECK(read.at("trials").size() == num_trials);
  const StudyTrials all = read_study_trials(scratch / "dir");
  std::vector<statistics::Point> points;
  std::vector<std::string> ids;
  for (const StudyTrial& of : all.trials) {
    CAPTURE(of.trial.id);
    const Json& trial = read.at("trials").at(of.trial.id);
    CHECK(trial.at("state") == "COMPLETE");
    CHECK(trial.at("values") == Json({*of.figures[0], *of.figures[1]}));
    CHECK(trial.at("params") == of.settings);
    CHECK(trial.at("params").contains("alpha") == (of.trial.scheme() == "ampa"));
    CHECK(trial.at("stage") == of.stage);
    CHECK(trial.at("curve").size() == 3);
    CHECK(trial.at("curve").back() == *of.figures[0]);
    points.push_back({*of.figures[0], *of.figures[1]});
    ids.push_back(of.trial.id);
  }
  // Optuna's front is that of these figures.
  const std::vector<int> ranks = statistics::domination_ranks(points);
  std::vector<std::string> front;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ranks[i] == 0) front.push_back(ids[i]);
  std::sort(front.begin(), front.end());
  CHECK(read.at("best") == Json(front));
}

TEST_CASE("trials: runs that did not end are said to be so") {
  StudyTrials all;
  all.spec = study_of();
  all.keys = {"alpha", "gamma"};
  all.curve = [](const sweep::TrialSummary&) { return std::vector<double>{50.0}; };
  for (const char* status : {"completed", "paused", "diverged", "pending"}) {
    StudyTrial of;
    of.trial.id = status;
    of.trial.status = status;
    of.trial.config = study_file()["base"];
    for (const char* key : {"alpha", "beta", "gamma", "itv", "thr"}) of.trial.config[key] = nullptr;
    of.trial.config["seed"] = 1;
    of.stage = "search";
    of.settings = {{"alpha", 34}, {"gamma", 10.5}};
    of.figures = {50.0, std::nullopt};
    all.trials.push_back(of);
  }
  all.trials.front().figures = {50.0, 20.0};
  const std::vector<std::string> lines = lines_of(optuna_journal(all));
  REQUIRE(lines.size() == 5);
  const auto state = [&](std::size_t line) { return Json::parse(lines[line]).at("state").get<int>(); };
  CHECK((state(1) == 1 && state(2) == 2 && state(3) == 3 && state(4) == 4));
  CHECK(Json::parse(lines[1]).at("values") == Json({50.0, 20.0}));
  CHECK(Json::parse(lines[2]).at("values").is_null());
  CHECK(Json::parse(lines[1]).at("distributions").at("gamma").get<std::string>().find("FloatDistribution") !=
        std::string::npos);
  CHECK_THAT(trials_csv(all), Contains(",1,paused,0,") && Contains(",search,34,10.5,50,\n"));
}

TEST_CASE("trials: bad input is named") {
  const Scratch scratch;
  const Result none = ampa(scratch, "trials nowhere");
  CHECK(none.exit_code == 2);
  CHECK_THAT(none.err, Contains("ampa: nowhere: expected the folder of a study (study.json), found none"));
  scratch.write("dir/study.json", "{\"schema_version\": 9}");
  const Result newer = ampa(scratch, "trials dir");
  CHECK(newer.exit_code == 2);
  CHECK_THAT(newer.err, Contains("dir/study.json: schema_version: expected"));
  const Result format = ampa(scratch, "trials dir --format xls");
  CHECK(format.exit_code == 2);
  CHECK_THAT(format.err, Contains("--format: expected one of csv, optuna, found \"xls\""));
}

}  // namespace ampa::study
