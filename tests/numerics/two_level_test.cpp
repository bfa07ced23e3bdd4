#include "numerics/two_level.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "common/error.h"

namespace ampa::numerics {

TEST_CASE("X1: the two-level code is the sign, +1 for both zeros, and its own value") {
  const QuantParams params = two_level_params();
  CHECK(params.format.is_two_level());
  const float smallest = std::numeric_limits<float>::denorm_min();
  for (const float x : {0.0f, -0.0f, smallest, 0.5f, 3e38f}) CHECK(quantize_nearest(x, params) == 1);
  for (const float x : {-smallest, -0.5f, -3e38f}) CHECK(quantize_nearest(x, params) == -1);
  CHECK(dequantize(1, params) == 1);
  CHECK(dequantize(-1, params) == -1);
}

TEST_CASE("X3: the gradient of the sign passes strictly inside -1 .. 1") {
  const float below = std::nextafter(1.0f, 0.0f);
  for (const float x : {0.0f, below, -below}) CHECK(passes_gradient(x));
  for (const float x : {1.0f, -1.0f, 2.0f, -1e30f, std::nanf("")}) CHECK_FALSE(passes_gradient(x));
}

TEST_CASE("G6: over all draws the mean of a gradient's two levels is the value to within 2^-15 of the range") {
  for (const float range : {1.0f, 0.37f, 1e-20f, 3e20f}) {
    const QuantParams params = two_level_gradient_params(range);
    for (const float share : {-1.0f, -0.75f, -0.1f, 0.0f, 1e-3f, 0.3f, 1.0f}) {
      std::int64_t sum = 0;
      for (std::uint32_t r = 0; r < 65536; ++r) {
        const std::int32_t code = quantize_stochastic(share * range, params, r);
        if (code != 1 && code != -1) FAIL("code " << code);
        sum += code;
      }
      CHECK(std::abs(static_cast<double>(sum) / 65536 - share) <= 0x1p-15);
    }
  }
  CHECK(two_level_gradient_params(0).scale == 0);
  CHECK_THROWS_AS(two_level_gradient_params(std::numeric_limits<float>::infinity()), NonFiniteError);
  CHECK_THROWS_AS(two_level_gradient_params(std::numeric_limits<float>::max()), NonFiniteError);
}

}  // namespace ampa::numerics
