#include <catch2/catch.hpp>
#include <cmath>

#include "../common/one_thread.h"
#include "optim/adam_moments.h"

namespace ampa::optim {
namespace {

ir::Parameter parameter(const std::vector<float>& values, const std::vector<float>& gradients) {
  ir::Parameter made;
  made.value = Eigen::Map<const Eigen::ArrayXf>(values.data(), static_cast<Eigen::Index>(values.size()));
  made.gradient = Eigen::Map<const Eigen::ArrayXf>(gradients.data(), static_cast<Eigen::Index>(gradients.size()));
  return made;
}

// One element by the formula, every operation a statement of its own.
struct PlainTwin {
  double beta1, beta2, epsilon, decay;
  bool decoupled;
  float w, m = 0, v = 0;

  void step(double rate, int t, float g) {
    float shrunk = w, d = g;
    if (decoupled) {
      shrunk = w * static_cast<float>(1 - rate * decay);
    } else {
      const float product = static_cast<float>(decay) * w;
      d = g + product;
    }
    const float kept_m = static_cast<float>(beta1) * m, new_m = static_cast<float>(1 - beta1) * d;
    m = kept_m + new_m;
    const float squared = d * d;
    const float kept_v = static_cast<float>(beta2) * v, new_v = static_cast<float>(1 - beta2) * squared;
    v = kept_v + new_v;
    const float root = std::sqrt(v);
    const float corrected = root / static_cast<float>(std::sqrt(1 - power(beta2, t)));
    const float below = corrected + static_cast<float>(epsilon);
    const float direction = m / below;
    const float change = static_cast<float>(rate / (1 - power(beta1, t))) * direction;
    w = shrunk - change;
  }
};

}  // namespace

TEST_CASE("O3: adam by hand: the first step is the rate, whatever the size of the gradient") {
  ir::Parameter p = parameter({2, 2, 2}, {0.5f, -8, 0});
  const auto adam = make_optimizer("adam", {{"weight_decay", 0.0}}, {&p});
  const std::vector<StateTensor> state = adam->state(0);
  REQUIRE(state.size() == 2);
  CHECK(state[0].kind == "mean");
  CHECK(state[1].kind == "square");
  CHECK((*state[1].values == 0.0f).all());
  adam->step(0.25, 0, one_thread());
  CHECK(p.value[0] == Approx(1.75).epsilon(1e-6));
  CHECK(p.value[1] == Approx(2.25).epsilon(1e-6));
  CHECK(p.value[2] == 2.0f);
  CHECK((*state[0].values)[0] == Approx(0.05));
  CHECK((*state[1].values)[1] == Approx(0.064));
  // Second step, the first gradient turned: m = 0.9 * 0.05 - 0.1 * 0.5 = -0.005, v = 0.000999 * 0.25 + ... of both.
  p.gradient[0] = -0.5f;
  adam->step(0.25, 1, one_thread());
  const double m = 0.9 * 0.05 - 0.1 * 0.5, v = 0.001 * 0.25 * (0.999 + 1);
  const double change = 0.25 / (1 - 0.81) * m / (std::sqrt(v) / std::sqrt(1 - 0.999 * 0.999) + 1e-8);
  CHECK(p.value[0] == Approx(1.75 - change).epsilon(1e-5));
}

TEST_CASE("O1 O3 O4: many steps of adam and adamw are those of a plain twin, bit for bit") {
  for (const bool decoupled : {false, true})
    for (const double decay : {0.0, 0.03}) {
      ir::Parameter x = parameter({0.3f, -1.7f, 1e-3f, 40}, {0, 0, 0, 0}), y = parameter({-0.9f}, {0});
      const Json options = {{"weight_decay", decay}, {"adam_beta1", 0.8}, {"adam_beta2", 0.95}, {"adam_epsilon", 1e-6}};
      const auto optimizer = make_optimizer(decoupled ? "adamw" : "adam", options, {&x, &y});
      std::vector<PlainTwin> twins;
      for (const float w : {0.3f, -1.7f, 1e-3f, 40.0f, -0.9f}) twins.push_back({0.8, 0.95, 1e-6, decay, decoupled, w});
      for (int step = 0; step < 200; ++step) {
        const double rate = 0.02 / (1 + step);
        for (int e = 0; e < 5; ++e) {
          const float g = static_cast<float>((step * 37 + e * 11) % 19 - 9) * (e == 2 ? 1e-5f : 0.125f);
          (e < 4 ? x.gradient[e] : y.gradient[0]) = g;
          twins[static_cast<std::size_t>(e)].step(rate, step + 1, g);
        }
        optimizer->step(rate, step, one_thread());
      }
      CAPTURE(decoupled, decay);
      for (int e = 0; e < 5; ++e) {
        const PlainTwin& twin = twins[static_cast<std::size_t>(e)];
        const std::size_t of = e < 4 ? 0 : 1;
        CHECK((e < 4 ? x.value[e] : y.value[0]) == twin.w);
        CHECK((*optimizer->state(of)[0].values)[e < 4 ? e : 0] == twin.m);
        CHECK((*optimizer->state(of)[1].values)[e < 4 ? e : 0] == twin.v);
      }
    }
}

TEST_CASE("O4: adamw by hand: without a gradient the weights shrink, and adam's do by its step only") {
  ir::Parameter w = parameter({2}, {0}), a = parameter({2}, {0});
  make_optimizer("adamw", {{"weight_decay", 0.5}}, {&w})->step(0.25, 0, one_thread());
  make_optimizer("adam", {{"weight_decay", 0.5}}, {&a})->step(0.125, 0, one_thread());
  CHECK(w.value[0] == 1.75f);                        // 2 * (1 - 0.25 * 0.5)
  CHECK(a.value[0] == Approx(1.875).epsilon(1e-6));  // a gradient of 1: a step of the rate
}

TEST_CASE("O5: powers by squaring") {
  CHECK(power(0.9, 0) == 1.0);
  CHECK(power(0.9, 1) == 0.9);
  CHECK(power(0.9, 5) == 0.9 * ((0.9 * 0.9) * (0.9 * 0.9)));
  CHECK(power(0.5, 1074) == 0x1p-1074);
  CHECK(power(0.999, 100000) == Approx(3.5383e-44).epsilon(1e-3));
}

}  // namespace ampa::optim
