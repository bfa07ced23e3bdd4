#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "statistics/hypervolume.h"
#include "study/sampler.h"
#include "study_files.h"

namespace ampa::study {
namespace {

// 20 x 20 settings of two numbers, with features and no trainings.
Lattice square(std::size_t side = 20) {
  Lattice lattice;
  lattice.radices = {side, side};
  lattice.num_candidates = side * side;
  for (std::size_t i = 0; i < side * side; ++i) {
    lattice.setting_of.push_back(i);
    const auto scale = static_cast<double>(side - 1);
    lattice.features.push_back({static_cast<double>(i / side) / scale, static_cast<double>(i % side) / scale});
  }
  return lattice;
}

// A bend: quality falls as saving rises, and both fall away from a curve through the square.
std::vector<double> figures_of(const Lattice& lattice, std::size_t setting) {
  const double x = lattice.features[setting][0], y = lattice.features[setting][1];
  const double away = std::abs(y - 0.3 - 0.4 * x * x);
  return {90 - 6 * x * x - 9 * away, 70 * std::sqrt(x) - 30 * away};
}

// A third one that wants the upper left corner.
std::vector<double> three_figures_of(const Lattice& lattice, std::size_t setting) {
  std::vector<double> figures = figures_of(lattice, setting);
  const double x = lattice.features[setting][0], y = lattice.features[setting][1];
  figures.push_back(-std::hypot(x, 1 - y));
  return figures;
}

// The figures of so many settings, chosen a few at a time.
std::vector<statistics::Point> tried(const std::string& name, const Lattice& lattice, std::size_t count,
                                     std::uint64_t seed, std::vector<double> (*figures)(const Lattice&, std::size_t)) {
  const SamplerInfo* info = find_sampler(name);
  const auto sampler = info->make(lattice, settings::resolved(info->own, {{"seed", seed}}));
  std::vector<Observation> seen;
  std::vector<statistics::Point> points;
  std::vector<bool> taken(lattice.num_candidates, false);
  while (seen.size() < count)
    for (const std::size_t setting : sampler->ask(seen, taken, 4)) {
      REQUIRE_FALSE(taken[setting]);
      taken[setting] = true;
      points.push_back(figures(lattice, setting));
      seen.push_back({setting, points.back(), {0.01, 1e-6, 1e-6}, true});
    }
  return points;
}

double hypervolume_of(const std::string& name, const Lattice& lattice, std::size_t count, std::uint64_t seed) {
  return statistics::hypervolume(tried(name, lattice, count, seed, figures_of), {60, -20});
}

}  // namespace

TEST_CASE("samplers: each asks for every setting once, a few at a time, and then for none") {
  const Lattice lattice = square(5);
  for (const SamplerInfo& info : samplers()) {
    CAPTURE(info.name);
    const auto sampler = info.make(lattice, settings::resolved(info.own, Json::object()));
    std::vector<Observation> seen;
    std::vector<bool> taken(25, false);
    std::size_t count = 0;
    for (int call = 0; call < 25; ++call) {
      const std::vector<std::size_t> asked = sampler->ask(seen, taken, 3);
      CHECK(asked.size() <= 3);
      CHECK(asked.empty() == (count == 25));
      for (const std::size_t setting : asked) {
        REQUIRE(setting < 25);
        CHECK_FALSE(taken[setting]);
        taken[setting] = true;
        seen.push_back({setting, figures_of(lattice, setting), {0.1, 0.0}, true});
        ++count;
      }
    }
    CHECK(count == 25);
    CHECK(sampler->ask(seen, taken, 3).empty());
  }
}

TEST_CASE("samplers: the same calls give the same settings, another seed others") {
  const Lattice lattice = square();
  const auto asked = [&](const std::string& name, std::uint64_t seed) {
    const SamplerInfo* info = find_sampler(name);
    return info->make(lattice, settings::resolved(info->own, {{"seed", seed}}))
        ->ask({}, std::vector<bool>(400, false), 6);
  };
  for (const char* name : {"sobol", "gp-ehvi"}) {
    CHECK(asked(name, 1) == asked(name, 1));
    CHECK(asked(name, 1) != asked(name, 2));
  }
  // Generations follow from the seed once figures are there.
  const auto replay = [&](std::uint64_t seed) {
    const SamplerInfo* info = find_sampler("nsga2");
    const auto sampler = info->make(lattice, settings::resolved(info->own, {{"seed", seed}, {"population", 8}}));
    std::vector<Observation> seen;
    std::vector<bool> taken(400, false);
    std::vector<std::size_t> all;
    for (int call = 0; call < 20; ++call)
      for (const std::size_t setting : sampler->ask(seen, taken, 4)) {
        taken[setting] = true;
        all.push_back(setting);
        seen.push_back({setting, figures_of(lattice, setting), {0.1, 0.0}, true});
      }
    return all;
  };
  CHECK(replay(3) == replay(3));
  CHECK(replay(3) != replay(4));
  CHECK(asked("grid", 1) == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("samplers: the first 16 settings of Sobol's sequence lie one in each of 16 squares") {
  const Lattice lattice = square(16);
  const SamplerInfo* info = find_sampler("sobol");
  const auto sampler = info->make(lattice, settings::resolved(info->own, Json::object()));
  std::set<std::pair<std::size_t, std::size_t>> rows, cols;
  std::set<std::size_t> row_bands, col_bands;
  for (const std::size_t setting : sampler->ask({}, std::vector<bool>(256, false), 16)) {
    row_bands.insert(setting / 16 / 2);
    col_bands.insert(setting % 16 / 2);
  }
  CHECK(row_bands.size() == 8);
  CHECK(col_bands.size() == 8);
}

TEST_CASE("samplers: of as many settings the model finds more of the front than an even spread does") {
  const Lattice lattice = square();
  std::vector<statistics::Point> all;
  for (std::size_t i = 0; i < lattice.num_candidates; ++i) all.push_back(figures_of(lattice, i));
  const double whole = statistics::hypervolume(all, {60, -20});
  for (const std::uint64_t seed : {1, 2}) {
    const double of_model = hypervolume_of("gp-ehvi", lattice, 28, seed) / whole;
    const double of_sobol = hypervolume_of("sobol", lattice, 28, seed) / whole;
    CAPTURE(seed, of_model, of_sobol);
    CHECK(of_model > 0.94);
    CHECK(of_model > of_sobol);
  }
}

TEST_CASE("samplers: with three objectives too") {
  const Lattice lattice = square();
  std::vector<statistics::Point> all;
  for (std::size_t i = 0; i < lattice.num_candidates; ++i) all.push_back(three_figures_of(lattice, i));
  const statistics::Point worst = {60, -20, -2};
  const auto share = [&](const std::string& name) {
    return statistics::hypervolume(tried(name, lattice, 24, 1, three_figures_of), worst) /
           statistics::hypervolume(all, worst);
  };
  const double of_model = share("gp-ehvi"), of_sobol = share("sobol");
  CAPTURE(of_model, of_sobol);
  CHECK(of_model > of_sobol);
}

}  // namespace ampa::study
