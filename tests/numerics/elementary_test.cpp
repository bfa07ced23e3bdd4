#include "numerics/elementary.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "numerics/random_stream.h"

namespace ampa::numerics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr long double kHalfPi = 1.570796326794896619231321691639751442L;
constexpr int kNumSamples = 100000;

// The distance of `found` from the true value in units of the spacing of doubles there.
double error_ulps(double found, long double exact) {
  const double rounded = static_cast<double>(exact);
  const double magnitude = std::fabs(rounded);
  const double spacing = std::nextafter(magnitude, kInfinity) - magnitude;
  return static_cast<double>(std::fabs(static_cast<long double>(found) - exact) / spacing);
}

double uniform(std::uint32_t tensor, int index, double low, double high) {
  const RandomStream stream{1, 0, tensor};
  const auto bits = static_cast<std::uint64_t>(stream.bits32(2 * static_cast<std::uint64_t>(index))) << 32 |
                    stream.bits32(2 * static_cast<std::uint64_t>(index) + 1);
  return low + (high - low) * (static_cast<double>(bits >> 11) * 0x1p-53);
}

std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

}  // namespace

TEST_CASE("E1: exp, log and cos have the same bits on every machine") {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a over the bits of the results
  const auto add = [&](double value) { hash = (hash ^ bits_of(value)) * 0x100000001B3u; };
  for (int i = 0; i < 10000; ++i) {
    add(numerics::exp(uniform(1, i, -740, 709)));
    add(numerics::log(uniform(2, i, 0, 1000)));
    add(numerics::cos(uniform(3, i, -kCosLimit, kCosLimit)));
  }
  CHECK(hash == 0x329AAAD0654BC3FBu);
  CHECK(bits_of(numerics::exp(1)) == bits_of(0x1.5bf0a8b145769p+1));
  CHECK(bits_of(numerics::log(2)) == bits_of(0x1.62e42fefa39efp-1));
  CHECK(bits_of(numerics::cos(1)) == bits_of(0x1.14a280fb5068cp-1));
}

TEST_CASE("E2: exp is within 1 ulp") {
  double worst = 0, worst_denormal = 0;
  for (int i = 0; i < kNumSamples; ++i) {
    for (const double limit : {1.0, 30.0, 708.0}) {
      const double x = uniform(4, i, -limit, limit);
      worst = std::max(worst, error_ulps(numerics::exp(x), std::exp(static_cast<long double>(x))));
    }
    const double x = uniform(5, i, -745.1, -708.4);
    worst_denormal = std::max(worst_denormal, error_ulps(numerics::exp(x), std::exp(static_cast<long double>(x))));
  }
  INFO("worst " << worst << ", denormal " << worst_denormal);
  CHECK(worst <= 1);
  CHECK(worst_denormal <= 1);
  CHECK(worst > 0.4);  // the measure itself works
}

TEST_CASE("E3: exp at its limits") {
  CHECK(numerics::exp(0) == 1);
  CHECK(numerics::exp(-0.0) == 1);
  CHECK(numerics::exp(709.782712893384) < kInfinity);
  CHECK(numerics::exp(709.782712893384) > 1.797e308);
  CHECK(numerics::exp(std::nextafter(709.782712893384, kInfinity)) == kInfinity);
  CHECK(numerics::exp(kInfinity) == kInfinity);
  CHECK(numerics::exp(-745) == 0x1p-1074);
  CHECK(numerics::exp(std::nextafter(-745.13321910194122, -kInfinity)) == 0);
  CHECK(numerics::exp(-kInfinity) == 0);
  CHECK(std::isnan(numerics::exp(std::nan(""))));
}

TEST_CASE("E4: log is within 1 ulp") {
  double worst = 0;
  for (int i = 0; i < kNumSamples; ++i) {
    const double near_one = uniform(6, i, 0.5, 2);
    const double wide = std::ldexp(near_one, static_cast<int>(uniform(7, i, -1073, 1023)));
    const double nearest = 1 + uniform(8, i, -0x1p-20, 0x1p-20);
    for (const double x : {near_one, wide, nearest})
      worst = std::max(worst, error_ulps(numerics::log(x), std::log(static_cast<long double>(x))));
  }
  INFO("worst " << worst);
  CHECK(worst <= 1);
  CHECK(worst > 0.4);
}

TEST_CASE("E5: log at its limits") {
  CHECK(numerics::log(1) == 0);
  CHECK(numerics::log(0.0) == -kInfinity);
  CHECK(numerics::log(-0.0) == -kInfinity);
  CHECK(numerics::log(kInfinity) == kInfinity);
  CHECK(std::isnan(numerics::log(-1)));
  CHECK(std::isnan(numerics::log(-0x1p-1074)));
  CHECK(std::isnan(numerics::log(-kInfinity)));
  CHECK(std::isnan(numerics::log(std::nan(""))));
  CHECK(error_ulps(numerics::log(0x1p-1074), std::log(0x1p-1074L)) <= 1);
  CHECK(error_ulps(numerics::log(std::numeric_limits<double>::max()),
                   std::log(static_cast<long double>(std::numeric_limits<double>::max()))) <= 1);
}

TEST_CASE("E6: cos is within 1 ulp up to 2^20 and NaN beyond") {
  double worst = 0;
  const auto measure = [&](double x) {
    worst = std::max(worst, error_ulps(numerics::cos(x), std::cos(static_cast<long double>(x))));
  };
  for (int i = 0; i < kNumSamples; ++i) {
    measure(uniform(9, i, -0.8, 0.8));
    measure(uniform(10, i, -7, 7));
    measure(uniform(11, i, -kCosLimit, kCosLimit));
  }
  INFO("worst " << worst);
  CHECK(worst <= 1);
  CHECK(worst > 0.4);
  // Doubles nearest to odd multiples of pi/2, where a poor reduction would leave nothing but its own error.
  for (std::int64_t n = 1; n < 667543; n += 2) measure(static_cast<double>(static_cast<long double>(n) * kHalfPi));
  CHECK(worst <= 1);
  CHECK(bits_of(numerics::cos(0x1.921fb54442d18p+0)) == bits_of(0x1.1a62633145c07p-54));
  CHECK(numerics::cos(0) == 1);
  CHECK(numerics::cos(-1) == numerics::cos(1));
  CHECK(std::isfinite(numerics::cos(kCosLimit)));
  CHECK(std::isnan(numerics::cos(std::nextafter(kCosLimit, kInfinity))));
  CHECK(std::isnan(numerics::cos(-kInfinity)));
  CHECK(std::isnan(numerics::cos(std::nan(""))));
}

}  // namespace ampa::numerics
