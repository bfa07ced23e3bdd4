// Settings that are tried on a cheaper task first.
#include "study/fidelities.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "common/error.h"
#include "small_study.h"
#include "study/engine.h"
#include "study/study_trials.h"

namespace ampa::study {
namespace {

using Catch::Contains;

// 24 settings of 6 epochs, tried first with 3.
Json with_fidelity(const Json& more = Json::object()) {
  Json file = study_file({{"space", {{"alpha", {0, 34, 67, 100}}, {"gamma", {0, 34, 67}}, {"thr", {1, 3}}}},
                          {"seeds", {1}},
                          {"fidelities", {{{"base", {{"epochs", 3}}}, {"settings", 8}}}}});
  for (const auto& [key, value] : more.items()) file[key] = value;
  return file;
}

std::string error_of(const Json& file) {
  try {
    make_lattice(parse_study(file, "S.json"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

struct Outcome {
  std::vector<Decision> decisions;
  std::set<std::size_t> own, cheap;  // settings that were run, by place in the lattice
  FidelityAgreement agreement;
  bool is_off = false;
};

// The metric of a candidate is its number; on the cheap task `there` of it.
Outcome run(const StudySpec& spec, const std::function<double(std::size_t candidate)>& there) {
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  Outcome outcome;
  for (int i = 0; i < 200; ++i) {
    outcome.decisions.push_back(engine.decide(false));
    if (!outcome.decisions.back().end.empty()) break;
    for (const Job& job : outcome.decisions.back().jobs) {
      const bool is_own = job.setting < lattice.num_own;
      std::size_t candidate = job.setting;
      if (!is_own)
        while (lattice.at_fidelity[0][candidate % lattice.num_candidates] != job.setting) ++candidate;
      candidate %= lattice.num_candidates;
      const double metric = is_own ? static_cast<double>(job.setting) : there(candidate);
      CHECK(job.until_epoch == (is_own ? 6 : 3));
      (is_own ? outcome.own : outcome.cheap).insert(job.setting);
      engine.add(result_for(job, {metric, 50}, metric));
    }
  }
  outcome.agreement = engine.fidelities().agreement(0, engine.history());
  outcome.is_off = engine.fidelities().is_off(0);
  return outcome;
}

}  // namespace

TEST_CASE("fidelities: of every eight settings the best three and one at random go on") {
  const StudySpec spec = parse_study(with_fidelity(), "S.json");
  const Outcome outcome = run(spec, [](std::size_t candidate) { return static_cast<double>(candidate); });
  CHECK(outcome.cheap.size() == 24);
  CHECK(outcome.own.size() == 1 + 3 * 4);  // the baseline, and of three rounds
  for (const std::size_t best : {23U, 22U, 21U}) CHECK(outcome.own.count(best) == 1);
  CHECK_FALSE(outcome.is_off);
  CHECK(outcome.agreement.num_tried == 24);
  CHECK(outcome.agreement.num_promoted == 12);
  CHECK(outcome.agreement.num_shared == 12);
  CHECK(outcome.agreement.tau == Approx(1));
  CHECK(outcome.decisions.back().end == "every setting of the space was run");
  const Outcome again = run(spec, [](std::size_t candidate) { return static_cast<double>(candidate); });
  REQUIRE(again.decisions.size() == outcome.decisions.size());
  for (std::size_t i = 0; i < again.decisions.size(); ++i)
    CHECK(to_json(again.decisions[i]) == to_json(outcome.decisions[i]));
}

TEST_CASE("fidelities: one whose ranking says nothing of the study's own is switched off") {
  // After two rounds eight are on both; the rest is asked for on the study's own task at once.
  const Outcome outcome = run(parse_study(with_fidelity(), "S.json"),
                              [](std::size_t candidate) { return static_cast<double>(candidate * 7 % 11); });
  CHECK(outcome.is_off);
  CHECK(outcome.cheap.size() < 24);
  CHECK(outcome.agreement.num_shared >= kFewestShared);
  CHECK(outcome.agreement.interval.low <= 0);
  CHECK(outcome.agreement.interval.high >= 0);
  CHECK(outcome.own.size() > 1 + 8);
}

TEST_CASE("fidelities: several candidates may come to the same runs on the cheap task") {
  // With 3 epochs an interval of 0.4 and of 0.2 is one epoch; with 6 it is two and one.
  Json file = with_fidelity({{"space", {{"itv", {0.2, 0.4}}, {"gamma", {0, 34, 67}}}}});
  file["base"].erase("itv_epochs");
  const StudySpec spec = parse_study(file, "S.json");
  const Lattice lattice = make_lattice(spec);
  CHECK(lattice.num_candidates > lattice.settings.size() - lattice.num_own);
  const Outcome outcome = run(spec, [](std::size_t candidate) { return static_cast<double>(candidate); });
  CHECK(outcome.decisions.back().end == "every setting of the space was run");
  std::multiset<std::string> trials;
  for (const Decision& decision : outcome.decisions)
    for (const Job& job : decision.jobs) trials.insert(job.trial + std::to_string(job.until_epoch));
  for (const std::string& trial : trials) CHECK(trials.count(trial) == 1);
}

TEST_CASE("fidelities: the budget counts their runs") {
  const Outcome outcome = run(parse_study(with_fidelity({{"budget", {{"trials", 10}}}}), "S.json"),
                              [](std::size_t candidate) { return static_cast<double>(candidate); });
  CHECK(outcome.cheap.size() + outcome.own.size() <= 10);
  CHECK(outcome.cheap.size() >= 8);
}

TEST_CASE("fidelities: what is no cheaper task of its own is refused") {
  const auto with = [](const Json& base) { return with_fidelity({{"fidelities", Json::array({{{"base", base}}})}}); };
  CHECK_THAT(error_of(with({{"epochs", 6}})), Contains("fidelities[0].base: expected a task of its own"));
  CHECK_THAT(error_of(with({{"alpha", 10}})), Contains("alpha: expected a setting of the task that no setting"));
  CHECK_THAT(error_of(with({{"sead", 1}})), Contains("sead"));
  CHECK_THAT(error_of(with(Json::object())), Contains("expected what makes runs cheaper"));
  CHECK(error_of(with({{"max_train", 64}})) == "");
}

TEST_CASE("fidelities: a study with one is the same for one worker and for two, and tells its runs apart") {
  const testing::Scratch scratch;
  Json file = small_study({{"fidelities", {{{"base", {{"epochs", 2}}}, {"settings", 4}}}}});
  scratch.write("S.json", file.dump());
  for (const char* workers : {"1", "2"})
    REQUIRE(
        testing::ampa(scratch, std::string("study S.json --threads 1 --out dir") + workers + " --workers " + workers)
            .exit_code == 0);
  CHECK(scratch.text("dir1/decisions.jsonl") == scratch.text("dir2/decisions.jsonl"));
  const Json results = results_of(scratch, "dir1/study.json");
  CHECK(results == results_of(scratch, "dir2/study.json"));
  const Json& fidelity = results.at("results").at("fidelities").at(0);
  CHECK(fidelity.at("num_settings") == 4);
  CHECK(fidelity.at("num_promoted") == 4);
  CHECK(fidelity.at("num_shared") == 4);
  CHECK_THAT(scratch.text("dir1/study.html"), Contains("\"num_promoted\":4"));
  const StudyTrials all = read_study_trials(scratch / "dir1");
  std::map<std::string, int> stages;
  for (const StudyTrial& of : all.trials) {
    ++stages[of.stage];
    CHECK((of.stage == "fidelity") == (of.trial.config.at("epochs") == 2));
  }
  CHECK(stages["fidelity"] == 8);
  const testing::Result words = testing::ampa(scratch, "recommend dir1 --min-rr 1");
  CHECK(words.exit_code == 0);
  CHECK(words.out.find("fidelity") == std::string::npos);
  CHECK_THAT(testing::ampa(scratch, "study S.json --out dir1 --workers 1 --threads 1").out,
             Contains("fidelity {\"epochs\":2}: 4 settings, 4 promoted, 4 of them run on the study's own task too"));
}

}  // namespace ampa::study
