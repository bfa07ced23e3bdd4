#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <set>

#include "allocate/allocator.h"
#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;

namespace {

// Algorithm 1 once more, line by line and with its own bookkeeping: sort, delete the taboo layers, raise the first k.
struct StraightLine {
  std::vector<int> bits, selected_at_top;
  std::set<int> taboo;
  std::vector<int> ladder;
  long long thr;

  StraightLine(int layers, std::vector<int> widths, long long threshold)
      : bits(static_cast<std::size_t>(layers), widths[0]),
        selected_at_top(static_cast<std::size_t>(layers), 0),
        ladder(std::move(widths)),
        thr(threshold) {}

  void update(const std::vector<double>& sensitivity, std::size_t k) {
    std::vector<std::pair<double, int>> sorted;
    for (std::size_t i = 0; i < bits.size(); ++i) sorted.emplace_back(-sensitivity[i], static_cast<int>(i));
    std::sort(sorted.begin(), sorted.end());
    std::vector<int> eligible;
    for (const auto& [negated, layer] : sorted)
      if (taboo.count(layer) == 0) eligible.push_back(layer);
    for (std::size_t i = 0; i < std::min(k, eligible.size()); ++i) {
      const auto layer = static_cast<std::size_t>(eligible[i]);
      if (bits[layer] == ladder.back()) {
        if (++selected_at_top[layer] >= thr) taboo.insert(eligible[i]);
      } else {
        bits[layer] = *std::upper_bound(ladder.begin(), ladder.end(), bits[layer]);
        if (bits[layer] == ladder.back() && thr == 0) taboo.insert(eligible[i]);
      }
    }
  }
};

std::vector<LayerSensitivity> random_sensitivities(std::mt19937& random, int layers) {
  std::vector<LayerSensitivity> result(static_cast<std::size_t>(layers));
  // Few values, so that ties are frequent; some layers lead for long, so that they reach the top and the taboo list.
  const auto draw = [&](std::size_t i) { return static_cast<double>(random() % 4 + (i * 7 % 5)) * 0.25; };
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = {draw(i), draw(i), draw(i)};
  return result;
}

AllocatorConfig config_with(double alpha, double beta, double gamma, std::int64_t thr = 3, Ladder ladder = {4, 6, 8}) {
  AllocatorConfig config;
  config.ampa = {alpha, beta, gamma, 1, thr, std::move(ladder)};
  return config;
}

}  // namespace

TEST_CASE("AMPA equals an independent straight-line form on random sensitivities") {
  std::mt19937 random(1);
  const std::vector<Ladder> ladders = {{4, 6, 8}, {4, 8}, {2, 3, 4, 5, 6, 7, 8}, {5, 7}};
  const std::vector<std::int64_t> thrs = {0, 1, 3, 5, kThrInfinite};
  for (int round = 0; round < 300; ++round) {
    const int layers = 1 + static_cast<int>(random() % 40);
    const Ladder ladder = ladders[random() % ladders.size()];
    const std::int64_t thr = thrs[random() % thrs.size()];
    const std::array<int, 3> percent = {static_cast<int>(random() % 101), static_cast<int>(random() % 101),
                                        static_cast<int>(random() % 101)};
    const auto allocator = make_allocator(config_with(percent[0], percent[1], percent[2], thr, ladder), layers);
    std::vector<StraightLine> expected(3, StraightLine(layers, ladder, thr));
    for (int step = 0; step < 25; ++step) {
      const auto sensitivities = random_sensitivities(random, layers);
      allocator->update(sensitivities);
      std::array<std::vector<double>, 3> of_kind;
      for (const LayerSensitivity& s : sensitivities) {
        of_kind[0].push_back(s.w);
        of_kind[1].push_back(s.a);
        of_kind[2].push_back(s.g);
      }
      for (std::size_t kind = 0; kind < 3; ++kind)
        expected[kind].update(of_kind[kind], static_cast<std::size_t>(percent[kind] * layers / 100));
      for (std::size_t i = 0; i < static_cast<std::size_t>(layers); ++i) {
        const LayerBits wanted{expected[0].bits[i], expected[1].bits[i], expected[2].bits[i]};
        if (!(allocator->bits()[i] == wanted)) FAIL("round " << round << ", update " << step << ", layer " << i);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("widths never fall, climb one rung an update and stay on the ladder") {
  std::mt19937 random(2);
  const auto allocator = make_allocator(config_with(30, 50, 70, 2), 18);
  auto before = allocator->bits();
  CHECK(before == std::vector<LayerBits>(18, LayerBits{4, 4, 4}));
  for (int step = 0; step < 60; ++step) {
    allocator->update(random_sensitivities(random, 18));
    for (std::size_t i = 0; i < 18; ++i)
      for (const auto bits : {&LayerBits::w, &LayerBits::a, &LayerBits::g}) {
        const Bits now = allocator->bits()[i].*bits, then = before[i].*bits;
        CHECK((now == then || now == then + 2));
        CHECK(now <= 8);
      }
    before = allocator->bits();
  }
  CHECK(before == std::vector<LayerBits>(18, LayerBits{8, 8, 8}));
}

TEST_CASE("one update of 10/20/30 on 18 layers raises 1 weight, 3 activations and 5 gradients") {
  const auto allocator = make_allocator(config_with(10, 20, 30), 18);
  std::vector<LayerSensitivity> sensitivities(18);
  for (std::size_t i = 0; i < 18; ++i) {
    const auto value = static_cast<double>(i);
    sensitivities[i] = {value, 17 - value, value};
  }
  allocator->update(sensitivities);
  for (std::size_t i = 0; i < 18; ++i) {
    CHECK(allocator->bits()[i].w == (i == 17 ? 6 : 4));
    CHECK(allocator->bits()[i].a == (i < 3 ? 6 : 4));
    CHECK(allocator->bits()[i].g == (i >= 13 ? 6 : 4));
  }
}

TEST_CASE("alpha = 5 on 18 layers never raises weights") {
  std::mt19937 random(3);
  const auto allocator = make_allocator(config_with(5, 10, 15), 18);
  for (int step = 0; step < 100; ++step) allocator->update(random_sensitivities(random, 18));
  int activations = 0;
  for (const LayerBits& bits : allocator->bits()) {
    CHECK(bits.w == 4);
    activations += bits.a > 4;
  }
  CHECK(activations > 0);
}

TEST_CASE("of equally sensitive layers the earlier one is raised") {
  const auto allocator = make_allocator(config_with(50, 50, 50), 4);
  allocator->update(std::vector<LayerSensitivity>(4, LayerSensitivity{1, 1, 1}));
  CHECK(allocator->bits() == std::vector<LayerBits>{{6, 6, 6}, {6, 6, 6}, {4, 4, 4}, {4, 4, 4}});
}

TEST_CASE("taboo lists of weights, activations and gradients are separate") {
  // Layer 0 leads the weights, layer 1 the activations; k = 1, Thr = 0: two updates each until taboo.
  const auto allocator = make_allocator(config_with(50, 50, 0, 0), 2);
  const std::vector<LayerSensitivity> sensitivities = {{2, 1, 1}, {1, 2, 1}};
  for (int step = 0; step < 3; ++step) allocator->update(sensitivities);
  CHECK(allocator->bits() == std::vector<LayerBits>{{8, 6, 4}, {6, 8, 4}});
}

TEST_CASE("a leading layer keeps others waiting for Thr updates, for ever if Thr is infinite") {
  const std::vector<LayerSensitivity> sensitivities = {{2, 2, 2}, {1, 1, 1}};
  const auto updates_until_second = [&](std::int64_t thr) {
    const auto allocator = make_allocator(config_with(50, 50, 50, thr), 2);
    for (int update = 1; update <= 100; ++update) {
      allocator->update(sensitivities);
      if (allocator->bits()[1].w > 4) return update;
    }
    return -1;
  };
  CHECK(updates_until_second(0) == 3);
  CHECK(updates_until_second(1) == 4);
  CHECK(updates_until_second(3) == 6);
  CHECK(updates_until_second(kThrInfinite) == -1);
}

TEST_CASE("AMPA measures every interval") {
  AllocatorConfig config;
  config.ampa.interval_epochs = 4;
  const auto allocator = make_allocator(config, 2);
  for (std::int64_t epoch = 0; epoch < 20; ++epoch)
    CHECK(allocator->measures(epoch) == (epoch == 4 || epoch == 8 || epoch == 12 || epoch == 16));
}

TEST_CASE("a run that is resumed from its state at any update goes on as if nothing had happened") {
  const AllocatorConfig config = config_with(20, 30, 40, 1);
  for (int cut = 0; cut < 12; ++cut) {
    std::mt19937 random(4);
    auto straight = make_allocator(config, 11);
    auto resumed = make_allocator(config, 11);
    for (int step = 0; step < 12; ++step) {
      if (step == cut) {
        const Json state = Json::parse(resumed->state().dump());
        resumed = make_allocator(config, 11);
        resumed->restore(state, "checkpoint");
      }
      const auto sensitivities = random_sensitivities(random, 11);
      straight->update(sensitivities);
      resumed->update(sensitivities);
    }
    CHECK(straight->bits() == resumed->bits());
    CHECK(straight->state() == resumed->state());
  }
}

TEST_CASE("sensitivities that are not finite or not one per layer, and states that do not fit, are refused") {
  const auto allocator = make_allocator(config_with(50, 50, 50), 2);
  const Json before = allocator->state();
  CHECK_THROWS_AS(allocator->update({{1, 1, 1}}), RunError);
  CHECK_THROWS_AS(allocator->update({{1, 1, 1}, {1, std::nan(""), 1}}), NonFiniteError);
  CHECK_THROWS_AS(allocator->update({{1, 1, HUGE_VAL}, {1, 1, 1}}), NonFiniteError);
  const auto other = make_allocator(config_with(50, 50, 50), 3);
  CHECK_THROWS_WITH(allocator->restore(other->state(), "file"), Catch::Contains("file: allocator_state.w.bits"));
  CHECK(allocator->state() == before);
  CHECK_THROWS_AS(make_allocator(config_with(101, 0, 0), 2), InputError);
}
