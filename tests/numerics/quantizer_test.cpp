#include "numerics/quantizer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "samples.h"

// The expected values are formed in double: quotients and products of two FP32 numbers rounded through double are
// rounded correctly, because 53 bits are more than twice 24 plus 2.
namespace ampa::numerics {
namespace {

constexpr int kNumSamples = 20000;

float quotient(float a, float b) {
  return static_cast<float>(static_cast<double>(a) / static_cast<double>(b));
}
float product(float a, float b) {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b));
}
std::int32_t nearest(float u) {
  return static_cast<std::int32_t>(std::nearbyint(static_cast<double>(u)));
}

}  // namespace

TEST_CASE("Q1: operations are rounded one by one and denormals are kept") {
  volatile float a = 1 + 0x1p-12f, c = -(1 + 0x1p-11f);
  const float fused = std::fma(a, a, c);
  const float separate = a * a + c;
  CHECK(fused == 0x1p-24f);
  CHECK(separate == 0.0f);
  volatile float small = std::numeric_limits<float>::min();
  CHECK(small * 0.5f > 0);
  volatile float big = 0x1p24f;
  CHECK((big + 1.0f) + 1.0f == 0x1p24f);  // reassociated: 2^24 + 2
}

TEST_CASE("Q2 Q3: the symmetric quantizer") {
  Samples samples(2);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const auto limit = static_cast<std::int32_t>(std::lround(std::pow(2, bits - 1))) - 1;
    const float range = std::fabs(samples.any_scale(-90, 120));
    const QuantParams params = symmetric_params(range, bits);
    REQUIRE(params.scale == quotient(range, static_cast<float>(limit)));
    REQUIRE(params.inv_scale == quotient(static_cast<float>(limit), range));
    REQUIRE(params.zero_point == 0);
    REQUIRE(params.format == CodeFormat{bits, true});
    const float x = range * samples.uniform(-1, 1);
    REQUIRE(quantize_nearest(x, params) == std::clamp(nearest(product(x, params.inv_scale)), -limit, limit));
    REQUIRE(quantize_nearest(-range, params) == -limit);
    REQUIRE(quantize_nearest(range, params) == limit);
  }
}

TEST_CASE("Q4: ties go to the even code") {
  const QuantParams params = symmetric_params(127, 8);
  REQUIRE(params.inv_scale == 1);
  for (const auto& [x, code] : {std::pair{0.5f, 0}, {1.5f, 2}, {2.5f, 2}, {-0.5f, 0}, {-1.5f, -2}, {-2.5f, -2}}) {
    CHECK(quantize_nearest(x, params) == code);
    CHECK(round_half_even(x) == code);
  }
  Samples samples(3);
  for (int i = 0; i < kNumSamples; ++i) {
    const float x = samples.any_scale(-30, 21);
    REQUIRE(round_half_even(x) == nearest(x));
    const float tie = static_cast<float>(samples.integer(-1000000, 1000000)) + 0.5f;
    REQUIRE(round_half_even(tie) == nearest(tie));
  }
}

TEST_CASE("Q5 Q6: the asymmetric quantizer") {
  Samples samples(4);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const auto limit = static_cast<std::int32_t>(std::lround(std::pow(2, bits))) - 1;
    const float min = -std::fabs(samples.any_scale(-60, 60)) * static_cast<float>(samples.integer(0, 1));
    const float max = std::fabs(samples.any_scale(-60, 60));
    const QuantParams params = asymmetric_params(min, max, bits);
    const float range = max - min;
    REQUIRE(params.scale == quotient(range, static_cast<float>(limit)));
    REQUIRE(params.inv_scale == quotient(static_cast<float>(limit), range));
    const std::int32_t zero = std::clamp(nearest(product(-min, params.inv_scale)), 0, limit);
    REQUIRE(params.zero_point == zero);
    REQUIRE(params.format == CodeFormat{bits, false});
    const float x = std::clamp(min + range * samples.uniform(0, 1), min, max);
    REQUIRE(quantize_nearest(x, params) == std::clamp(nearest(product(x, params.inv_scale)) + zero, 0, limit));
  }
}

TEST_CASE("Q7: zero is represented exactly") {
  Samples samples(5);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const float a = std::fabs(samples.any_scale(-110, 100)), b = std::fabs(samples.any_scale(-110, 100));
    for (const QuantParams& params : {symmetric_params(a, bits), asymmetric_params(-a, b, bits),
                                      asymmetric_params(0, b, bits), asymmetric_params(-a, 0, bits)}) {
      REQUIRE(params.zero_point >= params.min_code);
      REQUIRE(params.zero_point <= params.max_code);
      for (const float zero : {0.0f, -0.0f}) {
        const std::int32_t code = quantize_nearest(zero, params);
        REQUIRE(code == params.zero_point);
        REQUIRE(dequantize(code, params) == 0.0f);
      }
    }
  }
}

TEST_CASE("Q8: values beyond the range saturate") {
  const QuantParams symmetric = symmetric_params(1, 4);
  const QuantParams asymmetric = asymmetric_params(-1, 2, 8);
  for (const float factor : {1.5f, 100.0f, 1e6f, 1e9f, 1e20f, 1e38f, std::numeric_limits<float>::max()}) {
    CHECK(quantize_nearest(factor, symmetric) == 7);
    CHECK(quantize_nearest(-factor, symmetric) == -7);
    CHECK(quantize_nearest(2 + factor, asymmetric) == 255);
    CHECK(quantize_nearest(-1 - factor, asymmetric) == 0);
    CHECK(quantize_stochastic(factor, symmetric, 65535) == 7);
    CHECK(quantize_stochastic(-factor, symmetric, 0) == -7);
  }
}

TEST_CASE("Q9: the error is half a step") {
  Samples samples(6);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const float min = -samples.uniform(0, 4), max = samples.uniform(0.001f, 4);
    const float x = std::clamp(samples.uniform(min, max), min, max);
    const float peak = std::max(-min, max);
    for (const QuantParams& params : {symmetric_params(peak, bits), asymmetric_params(min, max, bits)})
      for (const float value : {x, min, max}) {
        const double error = std::fabs(static_cast<double>(value) -
                                       static_cast<double>(quantize_nearest(value, params) - params.zero_point) *
                                           static_cast<double>(params.scale));
        REQUIRE(error <= (0.5 + 0x1p-14) * static_cast<double>(params.scale));
      }
  }
}

TEST_CASE("Q9: the error is half a step up to the largest number, whose code's value may be an infinity") {
  constexpr float kLargest = std::numeric_limits<float>::max();
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) {
    float peak = kLargest;
    for (int i = 0; i < 40; ++i, peak = std::nextafter(peak, 0.0f))
      for (const QuantParams& params : {symmetric_params(peak, bits), asymmetric_params(0, peak, bits)}) {
        CAPTURE(bits, peak, params.format.is_signed);
        const std::int32_t code = quantize_nearest(peak, params);
        const double scale = params.scale, product = static_cast<double>(code - params.zero_point) * scale;
        CHECK(std::fabs(static_cast<double>(peak) - product) <= (0.5 + 0x1p-14) * scale);
        if (i >= 4) CHECK(std::isfinite(dequantize(code, params)));
      }
  }
  const auto value_of_peak = [&](Bits bits) {
    const QuantParams params = symmetric_params(kLargest, bits);
    return dequantize(quantize_nearest(kLargest, params), params);
  };
  for (const Bits bits : {6, 8}) CHECK(std::isinf(value_of_peak(bits)));
  for (const Bits bits : {2, 3, 4, 5, 7}) CHECK(std::isfinite(value_of_peak(bits)));
}

TEST_CASE("Q10: quantization is monotone") {
  Samples samples(7);
  for (int i = 0; i < kNumSamples; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const QuantParams params = asymmetric_params(-samples.uniform(0, 2), samples.uniform(0.001f, 2), bits);
    const float x = samples.uniform(-2, 2);
    const float y = samples.integer(0, 1) == 0 ? std::nextafter(x, 3.0f) : x + samples.uniform(0, 1);
    REQUIRE(quantize_nearest(x, params) <= quantize_nearest(y, params));
  }
}

}  // namespace ampa::numerics
