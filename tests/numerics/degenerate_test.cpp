#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "numerics/quantizer.h"
#include "samples.h"

namespace ampa::numerics {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLargest = std::numeric_limits<float>::max();

}  // namespace

TEST_CASE("D1: tensors without a range") {
  CHECK(kMinRange == 0x1p-100f);
  const float below = std::nextafter(kMinRange, 0.0f);
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    for (const float range : {0.0f, std::numeric_limits<float>::denorm_min(), 0x1p-130f, below}) {
      for (const QuantParams& params :
           {symmetric_params(range, bits), asymmetric_params(0, range, bits), asymmetric_params(-range, 0, bits)}) {
        CHECK(params.scale == 0);
        CHECK(params.inv_scale == 0);
        CHECK(params.zero_point == 0);
        CHECK(quantize_nearest(range, params) == 0);
        CHECK(dequantize(0, params) == 0);
        CHECK(quantization_error_q16(range, 0, params) == 0);
      }
      CHECK(quantize_stochastic(range, symmetric_params(range, bits), 65535) == 0);
    }
  CHECK(symmetric_params(kMinRange, 8).scale > 0);
}

TEST_CASE("D2: tensors of one value") {
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    for (const float value : {kMinRange, 0.3f, 1.0f, 1e30f, kLargest}) {
      const QuantParams symmetric = symmetric_params(value, bits);
      CHECK(quantize_nearest(value, symmetric) == symmetric.max_code);
      CHECK(quantize_nearest(-value, symmetric) == symmetric.min_code);
      const QuantParams positive = asymmetric_params(0, value, bits);
      CHECK(positive.zero_point == 0);
      CHECK(quantize_nearest(value, positive) == positive.max_code);
      const QuantParams negative = asymmetric_params(-value, 0, bits);
      CHECK(negative.zero_point == negative.max_code);
      CHECK(quantize_nearest(-value, negative) == 0);
    }
}

TEST_CASE("D3: non-finite tensors are refused") {
  const float nan = std::nanf("");
  CHECK_THROWS_AS(symmetric_params(kInfinity, 8), NonFiniteError);
  CHECK_THROWS_AS(symmetric_params(nan, 8), NonFiniteError);
  CHECK_THROWS_AS(asymmetric_params(-kInfinity, 1, 8), NonFiniteError);
  CHECK_THROWS_AS(asymmetric_params(0, kInfinity, 8), NonFiniteError);
  CHECK_THROWS_AS(asymmetric_params(nan, 1, 8), NonFiniteError);
  CHECK_THROWS_AS(asymmetric_params(0, nan, 8), NonFiniteError);
  CHECK_THROWS_AS(asymmetric_params(-kLargest, kLargest, 8), NonFiniteError);
  CHECK_NOTHROW(asymmetric_params(-kLargest / 2, kLargest / 2, 8));
}

TEST_CASE("D4: scales of tensors with a range") {
  Samples samples(20);
  for (int i = 0; i < 20000; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const float range = i == 0 ? kMinRange : i == 1 ? kLargest : std::fabs(samples.any_scale(-100, 128));
    for (const QuantParams& params : {symmetric_params(range, bits), asymmetric_params(0, range, bits)}) {
      REQUIRE(std::isnormal(params.scale));
      REQUIRE(params.scale > 0);
      REQUIRE(std::isfinite(params.inv_scale));
      REQUIRE(params.inv_scale > 0);
    }
  }
}

}  // namespace ampa::numerics
