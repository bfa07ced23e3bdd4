// The recorded table of settings, and what the benchmarks of tests/bench/study show of it, in small.
#include "bench/study/settings_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "bench/study/replay.h"
#include "statistics/hypervolume.h"
#include "study/ranking.h"
#include "study/rungs.h"

namespace ampa::study {
namespace {

const bench::SettingsTable& table() {
  static const bench::SettingsTable table(AMPA_SOURCE_DIR "/tests/bench/study");
  return table;
}

Json two_objectives() {
  return Json::array({{{"of", "metric"}}, {{"of", "rr"}}});
}

}  // namespace

TEST_CASE("settings table: every setting with three seeds, figures that belong together, widths that never fall") {
  const StudySpec spec = table().spec(Json::object());
  const std::size_t num_settings = spec.space.num_combinations();
  CHECK(num_settings >= 300);
  CHECK(spec.seeds.size() == 3);
  CHECK(table().runs().size() == (num_settings + spec.baselines.size()) * spec.seeds.size());
  std::set<double> accuracies, reductions;
  for (const auto& [key, run] : table().runs()) {
    CAPTURE(key.first, key.second);
    CHECK(run.rr == Approx(table().rr_after(run, table().num_epochs())).epsilon(1e-12));
    CHECK(std::is_sorted(run.bitops.begin(), run.bitops.end()));
    accuracies.insert(run.accuracy.back());
    reductions.insert(run.rr);
  }
  CHECK(*accuracies.begin() >= 0);
  CHECK(*accuracies.rbegin() <= 100);
  CHECK(*accuracies.rbegin() - *accuracies.begin() > 20);
  CHECK(*reductions.rbegin() - *reductions.begin() > 50);
  const Lattice lattice = make_lattice(spec);
  CHECK(lattice.num_candidates == num_settings);
  for (const sweep::TrialSummary& setting : lattice.settings)
    for (const std::uint64_t seed : spec.seeds) CHECK_NOTHROW(table().run(setting.config, seed));
}

TEST_CASE("settings table: no run that would have met a bound on RR is stopped, whatever the bound") {
  std::int64_t saved = 0, below = 0;
  for (const auto& [key, run] : table().runs())
    for (double bound = 0.5; bound < 100; bound += 0.5) {
      const std::int64_t stop = table().stopped_before(run, bound);
      if (stop < table().num_epochs() && run.rr >= bound) FAIL(key.first << " stopped below " << bound);
      below += run.rr < bound;
      saved += table().num_epochs() - stop;
    }
  CHECK(saved > below * table().num_epochs() / 3);  // of what runs below a bound would spend
}

TEST_CASE("settings table: what runs are expected to save comes close to what they save, the later the closer") {
  const StudySpec spec = table().spec({{"halving", Json::object()}});
  const Lattice lattice = make_lattice(spec);
  CHECK(rungs_of(spec, lattice) == std::vector<std::int64_t>{6});  // the slowest settings climb first behind epoch 4
  const auto error = [&](std::int64_t epochs) {
    double squares = 0;
    for (std::size_t i = 0; i < lattice.num_candidates; ++i) {
      const bench::RecordedRun& run = table().run(lattice.settings[i].config, 1);
      const double off = table().rr_expected(run, epochs, lattice.settings[i].config) - run.rr;
      squares += off * off / static_cast<double>(lattice.num_candidates);
    }
    return std::sqrt(squares);
  };
  const double early = error(1), middle = error(6), late = error(8);
  CAPTURE(early, middle, late);
  CHECK(early < 8);  // points of RR; saved so far: 40
  CHECK(middle < early);
  CHECK(middle < 4);
  CHECK(late < middle);
  CHECK(error(12) < 1e-9);
}

TEST_CASE("settings table: the model comes to most of the front with fewer settings than an even spread") {
  const StudySpec all = table().spec({{"objectives", two_objectives()}, {"baselines", nullptr}});
  const Lattice lattice = make_lattice(all);
  Engine whole(all, lattice);
  bench::replay(table(), all, lattice, whole);
  std::vector<statistics::Point> points;
  for (std::size_t i = 0; i < lattice.num_candidates; ++i)
    points.push_back(turned(all, whole.history().metric(), whole.history().figures(i, all.epochs(), {})->mean));
  const statistics::Point reference = reference_below(points);
  const auto share = [&](const char* sampler, int seed) {
    const StudySpec spec = table().spec({{"objectives", two_objectives()},
                                         {"baselines", nullptr},
                                         {"sampler", {{"name", sampler}, {"seed", seed}}},
                                         {"budget", {{"trials", 72}}}});
    Engine engine(spec, lattice);
    std::vector<statistics::Point> seen;
    for (const std::size_t setting : bench::replay(table(), spec, lattice, engine).complete)
      seen.push_back(points[setting]);
    CHECK(seen.size() == 24);
    return statistics::hypervolume(seen, reference) / statistics::hypervolume(points, reference);
  };
  for (const int seed : {1, 2}) {
    const double of_model = share("gp-ehvi", seed), of_sobol = share("sobol", seed);
    CAPTURE(seed, of_model, of_sobol);
    CHECK(of_model > 0.95);
    CHECK(of_model > of_sobol);
  }
}

}  // namespace ampa::study
