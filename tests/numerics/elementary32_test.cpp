#include "numerics/elementary32.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "numerics/random_stream.h"

namespace ampa::numerics {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
const float kNaN32 = std::nanf("");

// The distance of `found` from the true value in units of the spacing of FP32 numbers there.
double error_ulps32(float found, double exact) {
  const float magnitude = std::fabs(static_cast<float>(exact));
  return std::fabs(double{found} - exact) / double{std::nextafter(magnitude, kInf) - magnitude};
}

// Every 997th number between -limit and limit, and the neighbourhood of where a function changes its formula.
template <typename Visit>
void for_each_sample(float limit, const Visit& visit) {
  for (std::uint32_t bits = 0; float_of32(bits) <= limit; bits += 997) {
    visit(float_of32(bits));
    visit(-float_of32(bits));
  }
  for (const float edge : {0.625f, 1.0f, 4.0f, 9.1f})
    for (std::uint32_t i = 0; i < 20000; ++i) visit(float_of32(bits_of32(edge) - 10000 + i));
}

template <typename Found, typename Exact>
double worst_error(float limit, const Found& found, const Exact& exact) {
  double worst = 0;
  for_each_sample(limit, [&](float x) { worst = std::max(worst, error_ulps32(found(x), exact(double{x}))); });
  return worst;
}

}  // namespace

TEST_CASE("E7: exp32, tanh32 and erf32 have the same bits on every machine") {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a over the bits of the results
  const auto add = [&](float value) { hash = (hash ^ bits_of32(value)) * 0x100000001B3u; };
  const RandomStream stream{1, 0, 0};
  for (std::uint32_t i = 0; i < 30000; ++i) {
    const auto unit = static_cast<float>(stream.bits32(i) * 0x1p-31 - 1);
    add(exp32(88 * unit));
    add(tanh32(10 * unit));
    add(erf32(5 * unit));
  }
  CHECK(hash == 0xDE4235D2297070FFu);
}

TEST_CASE("E8: exp32 is within 1.1 ulp, and at its limits") {
  const double worst = worst_error(
      87.3f, [](float x) { return exp32(x); }, [](double x) { return std::exp(x); });
  INFO("worst " << worst);
  CHECK(worst <= 1.1);
  CHECK(worst > 0.6);  // the measure itself works
  CHECK(exp32(0) == 1);
  CHECK(exp32(-0.0f) == 1);
  CHECK(exp32(kExp32High) < kInf);
  CHECK(exp32(kExp32High) > 3.4e38f);
  CHECK(exp32(std::nextafter(kExp32High, kInf)) == kInf);
  CHECK(exp32(kInf) == kInf);
  CHECK(exp32(kExp32Low) >= std::numeric_limits<float>::min());
  CHECK(exp32(std::nextafter(kExp32Low, -kInf)) == 0);
  CHECK(exp32(-kInf) == 0);
  CHECK(std::isnan(exp32(kNaN32)));
}

TEST_CASE("E9: tanh32 is within 1.4 ulp, and at its limits") {
  const double worst = worst_error(
      20, [](float x) { return tanh32(x); }, [](double x) { return std::tanh(x); });
  INFO("worst " << worst);
  CHECK(worst <= 1.4);
  CHECK(worst > 0.6);
  CHECK(tanh32(9.1f) == 1);
  CHECK(tanh32(kInf) == 1);
  CHECK(tanh32(-kInf) == -1);
  CHECK(bits_of32(tanh32(-0.0f)) == bits_of32(-0.0f));
  CHECK(std::isnan(tanh32(kNaN32)));
  for_each_sample(20, [](float x) {
    if (tanh32(-x) != -tanh32(x)) FAIL_CHECK("not odd at " << x);
  });
}

TEST_CASE("E10: erf32 is within 1.5 ulp, and at its limits") {
  const double worst = worst_error(
      6, [](float x) { return erf32(x); }, [](double x) { return std::erf(x); });
  INFO("worst " << worst);
  CHECK(worst <= 1.5);
  CHECK(worst > 0.6);
  CHECK(erf32(4) == 1);
  CHECK(erf32(kInf) == 1);
  CHECK(erf32(-kInf) == -1);
  CHECK(bits_of32(erf32(-0.0f)) == bits_of32(-0.0f));
  CHECK(std::isnan(erf32(kNaN32)));
  for_each_sample(6, [](float x) {
    if (erf32(-x) != -erf32(x)) FAIL_CHECK("not odd at " << x);
  });
}

}  // namespace ampa::numerics
