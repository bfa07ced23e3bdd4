#include "numerics/rounding.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/error.h"
#include "numerics/scale_form.h"
#include "samples.h"

namespace ampa::numerics {
namespace {

// In exact arithmetic: u is an FP32 number and doubles hold u + 1/2.
std::int32_t twin(float x, const QuantParams& p, Rounding rounding, std::uint32_t random16) {
  const float scaled = x * p.inv_scale;
  const double u = std::min(std::max(double{scaled}, -2097152.0), 2097152.0);
  double code = 0;
  switch (rounding) {
    case Rounding::kNearestEven:
      code = std::nearbyint(u);
      break;
    case Rounding::kHalfAway:
      code = std::copysign(std::floor(std::abs(u) + 0.5), u);
      break;
    case Rounding::kFloor:
      code = std::floor(u);
      break;
    case Rounding::kStochastic: {
      const double v =
          std::min(std::max(double{scaled}, double(p.min_code - p.zero_point)), double(p.max_code - p.zero_point));
      code = std::floor((std::floor(v * 65536) + random16) / 65536);
    }
  }
  return static_cast<std::int32_t>(std::min(std::max(code + p.zero_point, double(p.min_code)), double(p.max_code)));
}

}  // namespace

TEST_CASE("Y1 Y2: halves and what lies between codes") {
  const QuantParams unit = symmetric_params(127, 8);  // a step of 1
  const auto code = [&](float x, Rounding rounding) { return quantize(x, unit, rounding, 0); };
  for (const auto& [x, nearest, away, floor] :
       std::vector<std::tuple<float, int, int, int>>{{0.5f, 0, 1, 0},
                                                     {-0.5f, 0, -1, -1},
                                                     {1.5f, 2, 2, 1},
                                                     {-2.5f, -2, -3, -3},
                                                     {2.5f, 2, 3, 2},
                                                     {0.49999997f, 0, 0, 0},
                                                     {-0.25f, 0, 0, -1},
                                                     {3, 3, 3, 3},
                                                     {200, 127, 127, 127},
                                                     {-200, -127, -127, -127}}) {
    CAPTURE(x);
    CHECK(code(x, Rounding::kNearestEven) == nearest);
    CHECK(code(x, Rounding::kHalfAway) == away);
    CHECK(code(x, Rounding::kFloor) == floor);
  }
}

TEST_CASE("Y4 S6: every rounding in every form of scale, in exact arithmetic") {
  Samples samples(44);
  for (int i = 0; i < 40000; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const float size = std::fabs(samples.any_scale(-60, 60)), low = -size * static_cast<float>(samples.integer(0, 4));
    const ScaleForm& form = scale_forms()[static_cast<std::size_t>(samples.integer(0, 3))];
    const QuantParams params = form.params({low, size}, bits);
    const auto x = static_cast<float>(size * (samples.integer(-3000, 3000) / 1000.0));
    const std::uint32_t random = samples.bits16();
    for (const RoundingRule& rule : rounding_rules()) {
      const std::int32_t code = quantize(x, params, rule.rounding, random);
      REQUIRE(code == twin(x, params, rule.rounding, random));
      REQUIRE(code >= params.min_code);
      REQUIRE(code <= params.max_code);
      REQUIRE(quantize(0, params, rule.rounding, random) == params.zero_point);
    }
  }
  const QuantParams unit = symmetric_params(127, 8), shifted = asymmetric_params(-55, 200, 8);
  for (const RoundingRule& rule : rounding_rules())
    for (int value = -55; value <= 55; ++value) {
      REQUIRE(quantize(static_cast<float>(value), unit, rule.rounding, 65535) == value);
      REQUIRE(quantize(static_cast<float>(value), shifted, rule.rounding, 65535) == value + 55);
    }
}

TEST_CASE("Y3: rounding has names") {
  for (const RoundingRule& rule : rounding_rules()) {
    CHECK(rounding_from_string(std::string(rule.name), "test") == rule.rounding);
    CHECK(to_string(rule.rounding) == rule.name);
  }
  CHECK_THROWS_WITH(rounding_from_string("up", "run.json: weight_rounding"),
                    "run.json: weight_rounding: expected one of nearest, half_away, stochastic, floor, found 'up'");
}

TEST_CASE("Q13 Q14: scales that are powers of two") {
  CHECK(nearest_power_of_two(1) == 1);
  CHECK(nearest_power_of_two(1.4142135f) == 1);  // the FP32 numbers next to the square root of two
  CHECK(nearest_power_of_two(1.4142137f) == 2);
  CHECK(nearest_power_of_two(0.7071067f) == 0.5);
  CHECK(nearest_power_of_two(0.7071069f) == 1);
  Samples samples(45);
  for (int i = 0; i < 20000; ++i) {
    const float most = std::fabs(samples.any_scale(-100, 128));
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const double exponent = std::nearbyint(std::log2(double{most}));
    const QuantParams params = scale_form("power_of_two", "test").params({-most, most / 2}, bits);
    REQUIRE(double{params.scale} == std::ldexp(1.0, static_cast<int>(exponent) + 1 - bits));
    REQUIRE(double{params.inv_scale} == 1 / double{params.scale});
    REQUIRE(params.max_code == (1 << (bits - 1)) - 1);
    REQUIRE(params.min_code == -params.max_code);
    const QuantParams fixed = scale_form("fixed_point", "test").params({0, most}, bits);
    REQUIRE(double{fixed.scale} == std::ldexp(1.0, 1 - bits));
  }
  const QuantParams fixed = scale_form("fixed_point", "test").params({-0.5f, 2}, 8);
  CHECK(quantize_nearest(0.5f, fixed) == 64);
  CHECK(quantize_nearest(2, fixed) == 127);  // 1 - 2^-7
  CHECK(scale_form("fixed_point", "test").params({0, 0}, 8).scale == 0);
}

TEST_CASE("Q15: forms of scales have names") {
  CHECK(&scale_form("affine", "test") == &affine_form());
  CHECK(&scale_form("symmetric", "test") == &symmetric_form());
  CHECK_THROWS_WITH(
      scale_form("log", "run.json: weight_scale"),
      "run.json: weight_scale: expected one of affine, symmetric, power_of_two, fixed_point, found 'log'");
}

}  // namespace ampa::numerics
