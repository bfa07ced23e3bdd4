#include "study/engine.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

#include "study_files.h"

namespace ampa::study {
namespace {

// What a run of a setting comes to: the more layers rise, the better the metric and the less is saved. A seed moves the
// metric of all settings alike, and a little of its own.
std::vector<double> figures_of(const Lattice& lattice, const Job& job, std::int64_t epochs) {
  const Json& config = lattice.settings[job.setting].config;
  const double share =
      config.at("scheme") == "int8" ? 2.0 : (config.at("alpha").get<double>() + config.at("gamma").get<double>()) / 100;
  const double seed = 0.3 * static_cast<double>(job.seed % 7);
  const double own = 0.05 * static_cast<double>((job.setting * 31 + job.seed * 17) % 11) / 11;
  return {80 + 4 * std::sqrt(share) + seed + own - 6.0 / static_cast<double>(epochs), 60 - 25 * share};
}

struct Replay {
  std::vector<Json> decisions;
  std::vector<Decision> raw;
};

// Runs a study to its end; results come in an order that `shuffle` decides.
Replay run(const StudySpec& spec, const Lattice& lattice, Engine& engine, std::uint64_t shuffle = 0,
           const std::function<void(RunResult&)>& change = nullptr) {
  std::mt19937_64 random(shuffle);
  Replay replay;
  for (int i = 0; i < 1000; ++i) {
    const Decision decision = engine.decide(false);
    replay.decisions.push_back(to_json(decision));
    replay.raw.push_back(decision);
    if (!decision.end.empty()) return replay;
    std::vector<Job> jobs = decision.jobs;
    std::shuffle(jobs.begin(), jobs.end(), random);
    for (const Job& job : jobs) {
      const std::vector<double> figures = figures_of(lattice, job, job.until_epoch);
      RunResult result = result_for(job, figures, figures[0], job.until_epoch == spec.epochs());
      result.constraints.assign(spec.constraints.size(), std::nullopt);
      for (std::size_t c = 0; c < spec.constraints.size(); ++c)
        if (spec.constraints[c].what) result.constraints[c] = figures[1];
      if (change) change(result);
      engine.add(result);
    }
  }
  FAIL("the study does not end");
  return replay;
}

Replay run(const StudySpec& spec, std::uint64_t shuffle = 0) {
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  return run(spec, lattice, engine, shuffle);
}

std::map<std::string, int> count_whys(const Replay& replay) {
  std::map<std::string, int> counts;
  for (const Decision& decision : replay.raw)
    for (const Job& job : decision.jobs) ++counts[job.why];
  return counts;
}

}  // namespace

TEST_CASE("engine: decisions are the same in whatever order results come") {
  for (const char* sampler : {"grid", "sobol", "gp-ehvi"}) {
    CAPTURE(sampler);
    const StudySpec spec = study_of({{"sampler", {{"name", sampler}}},
                                     {"constraints", {{{"of", "metric_loss"}, {"at_most", 2.0}}}},
                                     {"confirm", {{"settings", 2}, {"seeds", 3}}}});
    const Replay first = run(spec, 1), again = run(spec, 2);
    CHECK(first.decisions == again.decisions);
    CHECK(first.decisions.size() > 4);
    CHECK(first.raw.back().end == "every setting of the space was run");
  }
}

TEST_CASE("engine: every result is a ground of the decision after it, once") {
  const Replay replay = run(study_of());
  std::vector<std::string> grounds;
  std::size_t num_jobs = 0;
  for (const Decision& decision : replay.raw) {
    grounds.insert(grounds.end(), decision.based_on.begin(), decision.based_on.end());
    num_jobs += decision.jobs.size();
  }
  CHECK(grounds.size() == num_jobs);
  std::sort(grounds.begin(), grounds.end());
  CHECK(std::unique(grounds.begin(), grounds.end()) == grounds.end());
}

TEST_CASE("engine: a budget is not exceeded, and baselines are run whatever it is") {
  const auto whys = count_whys(run(study_of({{"budget", {{"trials", 9}}}})));
  CHECK(whys.at("baseline") == 2);
  CHECK(whys.at("asked") == 6);  // three settings with two seeds: a fourth would be the tenth trial
  CHECK(count_whys(run(study_of({{"budget", {{"epochs", 48}}}}))).at("asked") == 6);
}

TEST_CASE("engine: when the time is over the search is, and what was found is confirmed") {
  const StudySpec spec = study_of({{"budget", {{"seconds", 5}}}, {"confirm", {{"settings", 1}, {"seeds", 2}}}});
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  const Decision first = engine.decide(false);
  for (const Job& job : first.jobs) {
    const auto figures = figures_of(lattice, job, job.until_epoch);
    engine.add(result_for(job, figures, figures[0]));
  }
  const Decision second = engine.decide(true);
  CHECK(second.time_is_over);
  REQUIRE_FALSE(second.jobs.empty());
  for (const Job& job : second.jobs) {
    CHECK(job.why == "confirm");
    engine.add(result_for(job, figures_of(lattice, job, job.until_epoch), 80));
  }
  CHECK(engine.decide(true).end == "the time is over");
}

TEST_CASE("engine: one in three goes on from a rung, at the best, and fewer epochs are spent") {
  const StudySpec whole = study_of(), halved = study_of({{"halving", {{"rungs", {2}}}}});
  const Replay replay = run(halved);
  const auto whys = count_whys(replay);
  CHECK(whys.at("asked") == 24);
  CHECK(whys.at("promoted") >= 8);  // of 12 settings with two seeds each; more where later ones are better
  CHECK(whys.at("promoted") <= 16);
  std::int64_t epochs = 0;
  for (const Decision& decision : replay.raw)
    for (const Job& job : decision.jobs) {
      if (job.why == "asked") CHECK(job.until_epoch == 2);
      if (job.why == "promoted") CHECK(job.until_epoch == 6);
      epochs += job.why == "asked" ? 2 : job.why == "promoted" ? 4 : 0;
    }
  CHECK(epochs < 12 * 2 * 6);
  CHECK(run(halved, 5).decisions == replay.decisions);
}

TEST_CASE("engine: a setting that is ruled out does not go on, and is not asked for again") {
  const StudySpec spec = study_of({{"constraints", {{{"of", "rr"}, {"at_least", 20}}}}, {"halving", {{"rungs", {2}}}}});
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  std::size_t out = 0;
  const Replay replay = run(spec, lattice, engine, 0, [&](RunResult& result) {
    if (result.setting != 3) return;
    result.ruled_out = "RR is at most 12 %";
    result.epochs = 1;
    ++out;
  });
  CHECK(out == 2);  // its two seeds, once each
  CHECK(engine.history().is_ruled_out(3));
}

TEST_CASE("confirm: the best that meet the bound, on unseen seeds, with more while they may decide") {
  const StudySpec spec = study_of({{"constraints", {{{"of", "metric_loss"}, {"at_most", 1.6}}}},
                                   {"confirm", {{"settings", 2}, {"seeds", 2}, {"max_seeds", 8}}}});
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  const Replay replay = run(spec, lattice, engine);
  const std::vector<Confirmed> confirmed = engine.confirmation().results(engine.history(), engine.reference());
  REQUIRE(confirmed.size() == 2);
  // By the search's means the most saving of those that lose at most 1.6.
  std::vector<std::size_t> best = engine.confirmation().best(engine.history(), engine.searched(), engine.reference());
  CHECK(confirmed[0].setting == best[0]);
  for (const Confirmed& one : confirmed) {
    REQUIRE(one.loss.has_value());
    CHECK(one.loss->count >= 2);
    CHECK(one.loss->mean < 1.6);
    CHECK(one.meets(spec));
    CHECK(*one.p < 0.05);
  }
  for (const Decision& decision : replay.raw)
    for (const Job& job : decision.jobs) CHECK((job.why == "confirm") == (job.seed >= 1001));
}

TEST_CASE("confirm: of settings that ran alike with every seed one is run again") {
  const StudySpec spec = study_of(
      {{"constraints", {{{"of", "metric_loss"}, {"at_most", 1.6}}}}, {"confirm", {{"settings", 2}, {"seeds", 2}}}});
  const Lattice lattice = make_lattice(spec);
  Engine once(spec, lattice);
  run(spec, lattice, once);
  const std::vector<std::size_t> before = once.confirmation().best(once.history(), once.searched(), once.reference());
  REQUIRE(before.size() >= 3);
  // The second best runs as the best does, with one seed or with all.
  for (const bool with_all : {false, true}) {
    Engine engine(spec, lattice);
    run(spec, lattice, engine, 0, [&](RunResult& result) {
      if (result.setting != before[1] || (!with_all && result.seed != spec.seeds[0])) return;
      const RunResult* best = once.history().find(before[0], result.seed, spec.epochs());
      if (best == nullptr) return;
      result.objectives = best->objectives;
      result.metric = best->metric;
      result.test_metric = best->test_metric;
    });
    std::vector<std::size_t> confirmed;
    for (const Confirmed& one : engine.confirmation().results(engine.history(), engine.reference()))
      confirmed.push_back(one.setting);
    std::sort(confirmed.begin(), confirmed.end());
    CAPTURE(with_all, confirmed, before);
    const bool has_both = std::count(confirmed.begin(), confirmed.end(), before[0]) > 0 &&
                          std::count(confirmed.begin(), confirmed.end(), before[1]) > 0;
    CHECK(confirmed.size() == 2);
    CHECK(has_both == !with_all);
  }
}

TEST_CASE("confirm: a loss beyond the bound on the test set is not called met") {
  const StudySpec spec = study_of(
      {{"constraints", {{{"of", "metric_loss"}, {"at_most", 1.6}}}}, {"confirm", {{"settings", 2}, {"seeds", 3}}}});
  const Lattice lattice = make_lattice(spec);
  Engine engine(spec, lattice);
  run(spec, lattice, engine, 0, [&](RunResult& result) {
    if (result.seed >= 1001 && !lattice.settings[result.setting].baseline) *result.test_metric -= 3;
  });
  for (const Confirmed& one : engine.confirmation().results(engine.history(), engine.reference())) {
    CHECK_FALSE(one.meets(spec));
    CHECK_FALSE(one.seeds_needed.has_value());
  }
}

}  // namespace ampa::study
