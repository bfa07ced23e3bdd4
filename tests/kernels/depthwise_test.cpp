#include "kernels/depthwise.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "kernels/kernels.h"

namespace ampa::kernels {
namespace {

struct Case {
  std::int64_t channels, taps, positions, step, other_step;  // steps in positions
};

const Case kCases[] = {{1, 9, 5, 1, 1},  {3, 1, 7, 2, 1},  {4, 0, 3, 1, 2},  {15, 4, 6, 1, 3}, {16, 9, 4, 2, 1},
                       {24, 6, 9, 1, 1}, {33, 9, 3, 1, 2}, {61, 2, 5, 3, 1}, {96, 9, 8, 1, 1}, {160, 5, 2, 2, 2}};

std::vector<float> values(std::int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> x(static_cast<std::size_t>(n));
  for (float& value : x) value = std::uniform_real_distribution<float>(-2, 2)(random);
  return x;
}

// A run whose taps lie at odd distances in `x`.
struct Run {
  explicit Run(const Case& c) : x(values((c.positions * c.step + 3 * c.taps + 2) * c.channels, 1)) {
    for (std::int64_t t = 0; t < c.taps; ++t) taps.push_back(x.data() + (2 * t + t % 2) * c.channels);
    run = {taps.data(), c.taps, c.positions, c.step * c.channels, c.channels};
  }
  float at(std::int64_t tap, std::int64_t position, std::int64_t c) const {
    return taps[static_cast<std::size_t>(tap)][position * run.step + c];
  }

  std::vector<float> x;
  std::vector<const float*> taps;
  DepthwiseRun run;
};

template <typename Test>
void on_every_set(const Test& test) {
  for (const std::string& name : available()) {
    select(name);
    for (const Case& c : kCases) {
      INFO(name << ": " << c.channels << " channels, " << c.taps << " taps, " << c.positions << " positions");
      test(c, Run(c));
    }
  }
  select("auto");
}

TEST_CASE("depthwise: windows add products in the order of their taps, each rounded") {
  on_every_set([](const Case& c, const Run& x) {
    const std::vector<float> w = values(c.taps * c.channels, 2);
    std::vector<const float*> weights;
    for (std::int64_t t = 0; t < c.taps; ++t) weights.push_back(w.data() + t * c.channels);
    std::vector<float> out(static_cast<std::size_t>(c.positions * c.other_step * c.channels), 7.0f), expected = out;
    for (std::int64_t i = 0; i < c.positions; ++i)
      for (std::int64_t channel = 0; channel < c.channels; ++channel) {
        float sum = 0;
        for (std::int64_t t = 0; t < c.taps; ++t) {
          const float product = x.at(t, i, channel) * weights[static_cast<std::size_t>(t)][channel];
          sum += product;
        }
        expected[static_cast<std::size_t>(i * c.other_step * c.channels + channel)] = sum;
      }
    active_depthwise().windows(x.run, weights.data(), c.other_step * c.channels, out.data());
    CHECK(out == expected);
  });
}

TEST_CASE("depthwise: gradients of taps add positions in ascending order to what is there") {
  on_every_set([](const Case& c, const Run& x) {
    const std::vector<float> g = values(c.positions * c.other_step * c.channels, 3);
    std::vector<float> sums = values(c.taps * c.channels, 4), expected = sums;
    std::vector<float*> of_taps;
    for (std::int64_t t = 0; t < c.taps; ++t) of_taps.push_back(sums.data() + t * c.channels);
    for (std::int64_t t = 0; t < c.taps; ++t)
      for (std::int64_t i = 0; i < c.positions; ++i)
        for (std::int64_t channel = 0; channel < c.channels; ++channel) {
          const float product =
              g[static_cast<std::size_t>(i * c.other_step * c.channels + channel)] * x.at(t, i, channel);
          expected[static_cast<std::size_t>(t * c.channels + channel)] += product;
        }
    active_depthwise().gradient(x.run, g.data(), c.other_step * c.channels, of_taps.data());
    CHECK(sums == expected);
  });
}

TEST_CASE("depthwise: bytes become the numbers that they stand for") {
  std::vector<std::uint8_t> codes(300);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(i);
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    for (const bool is_signed : {false, true}) {
      std::vector<float> out(codes.size());
      active_depthwise().widen(codes.data(), 300, is_signed, out.data());
      for (std::size_t i = 0; i < codes.size(); ++i)
        CHECK(out[i] == (is_signed ? static_cast<float>(static_cast<std::int8_t>(codes[i])) : codes[i]));
    }
  }
  select("auto");
}

}  // namespace
}  // namespace ampa::kernels
