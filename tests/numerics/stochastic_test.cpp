#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "numerics/quantizer.h"
#include "samples.h"

namespace ampa::numerics {
namespace {

constexpr int kNumSamples = 20000;

// u as the contract defines it; in double the product of two FP32 numbers is exact.
float scaled(float x, const QuantParams& params) {
  const auto u = static_cast<float>(static_cast<double>(x) * static_cast<double>(params.inv_scale));
  return std::clamp(u, static_cast<float>(params.min_code), static_cast<float>(params.max_code));
}

}  // namespace

TEST_CASE("S1 S2: stochastic codes in exact arithmetic") {
  Samples samples(10);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const float range = std::fabs(samples.any_scale(-90, 120));
    const QuantParams params = symmetric_params(range, bits);
    const float x = samples.integer(0, 9) == 0 ? samples.any_scale(-140, -90) : range * samples.uniform(-1, 1);
    const std::uint32_t random = samples.bits16();
    const double fixed = std::floor(static_cast<double>(scaled(x, params)) * 65536);
    REQUIRE(std::fabs(fixed) < 0x1p23);
    REQUIRE(static_cast<double>(static_cast<float>(fixed)) == fixed);
    REQUIRE(quantize_stochastic(x, params, random) == static_cast<std::int32_t>(std::floor((fixed + random) / 65536)));
  }
}

TEST_CASE("S3: the mean over all random bits") {
  Samples samples(11);
  const QuantParams params = symmetric_params(1, 4);
  for (int i = 0; i < 20; ++i) {
    const float x = samples.uniform(-1, 1);
    std::int64_t sum = 0;
    for (std::uint32_t random = 0; random < 65536; ++random) sum += quantize_stochastic(x, params, random);
    const double u = scaled(x, params);
    CHECK(static_cast<double>(sum) == std::floor(u * 65536));
    CHECK(static_cast<double>(sum) / 65536 <= u);
    CHECK(static_cast<double>(sum) / 65536 > u - 0x1p-16);
  }
}

TEST_CASE("S4: integers are not moved") {
  const QuantParams params = symmetric_params(127, 8);
  REQUIRE(params.inv_scale == 1);
  for (std::int32_t value = -127; value <= 127; ++value)
    for (const std::uint32_t random : {0u, 1u, 32768u, 65535u})
      REQUIRE(quantize_stochastic(static_cast<float>(value), params, random) == value);
}

TEST_CASE("S5: a stochastic code is one of the two neighbours and in range") {
  Samples samples(12);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const QuantParams params = symmetric_params(1, bits);
    const float x = samples.uniform(-1.2f, 1.2f);
    const double u = scaled(x, params);
    const std::int32_t code = quantize_stochastic(x, params, samples.bits16());
    REQUIRE(code >= params.min_code);
    REQUIRE(code <= params.max_code);
    REQUIRE(code >= std::floor(u));
    REQUIRE(code <= std::ceil(u));
  }
}

TEST_CASE("M1 M2: the error of a code") {
  Samples samples(13);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const QuantParams symmetric = symmetric_params(1, bits);
    const float x = samples.uniform(-1, 1);
    const double fixed = std::floor(static_cast<double>(scaled(x, symmetric)) * 65536);
    const std::int32_t near = quantize_nearest(x, symmetric);
    const std::int32_t random = quantize_stochastic(x, symmetric, samples.bits16());
    REQUIRE(static_cast<double>(quantization_error_q16(x, near, symmetric)) == std::fabs(fixed - near * 65536.0));
    REQUIRE(static_cast<double>(quantization_error_q16(x, random, symmetric)) == std::fabs(fixed - random * 65536.0));
    REQUIRE(quantization_error_q16(x, near, symmetric) <= 32768);
    REQUIRE(quantization_error_q16(x, random, symmetric) < 65536);
  }
  // Beyond the range of the codes the whole distance to the outermost code counts, up to |u| = 2^14.
  const QuantParams asymmetric = asymmetric_params(-1, 2, 4);
  REQUIRE(asymmetric.zero_point == 5);
  CHECK(quantization_error_q16(100, 15, asymmetric) == (500 - 10) * 65536);
  CHECK(quantization_error_q16(-100, 0, asymmetric) == (500 - 5) * 65536);
  CHECK(quantization_error_q16(1e9f, 15, asymmetric) == (16384 - 10) * 65536);
  CHECK(quantization_error_q16(0, 5, asymmetric) == 0);
  CHECK(quantization_error_q16(0, 7, asymmetric) == 2 * 65536);
}

}  // namespace ampa::numerics
