#include "numerics/double_rounding.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace ampa::numerics {

TEST_CASE("U1: codes of the high width are nearest, ties to even, and all of them are in use") {
  const QuantParams params = full_range_params(0.25f, 4);
  CHECK(params.inv_scale == 4.0f);
  CHECK(quantize_nearest(-2.0f, params) == -8);
  CHECK(quantize_nearest(-100.0f, params) == -8);
  CHECK(quantize_nearest(100.0f, params) == 7);
  CHECK(quantize_nearest(0.125f, params) == 0);    // 0.5
  CHECK(quantize_nearest(0.375f, params) == 2);    // 1.5
  CHECK(quantize_nearest(-0.625f, params) == -2);  // -2.5
}

TEST_CASE("U2: a narrower code is the wide one divided by a power of two, nearest, ties to even, limited") {
  CHECK(double_round(127, 8, 4) == 7);  // 7.94 is limited
  CHECK(double_round(-128, 8, 4) == -8);
  CHECK(double_round(24, 8, 4) == 2);  // 1.5
  CHECK(double_round(40, 8, 4) == 2);  // 2.5
  CHECK(double_round(-40, 8, 4) == -2);
  CHECK(double_round(-25, 8, 4) == -2);
  CHECK(double_round(96, 8, 2) == 1);    // 1.5 gives 2, limited
  CHECK(double_round(-96, 8, 2) == -2);  // -1.5
  for (Bits high = kMinBits; high <= kMaxBits; ++high)
    for (Bits low = kMinBits; low <= high; ++low) {
      const CodeFormat wide{high, true}, narrow{low, true};
      for (std::int32_t code = wide.min_code(); code <= wide.max_code(); ++code) {
        const double nearest = std::nearbyint(std::ldexp(code, low - high));
        const double expected = std::min<double>(std::max<double>(nearest, narrow.min_code()), narrow.max_code());
        if (double_round(code, high, low) != expected) FAIL(high << " bits to " << low << ": " << code);
      }
    }
}

TEST_CASE("U3: the scale of a narrower code is the wide one's times a power of two") {
  CHECK(double_rounding_scale(0.3f, 8, 2) == 0.3f * 64);
  CHECK(double_rounding_scale(0.3f, 8, 8) == 0.3f);
  const float value = static_cast<float>(double_round(77, 8, 4)) * double_rounding_scale(0.01f, 8, 4);
  CHECK(value == 5.0f * 0.16f);
}

TEST_CASE("U4: narrowing in two steps is not narrowing in one") {
  const std::int32_t by_steps = double_round(double_round(23, 8, 6), 6, 4);  // 5.75 -> 6, 1.5 -> 2
  CHECK(by_steps == 2);
  CHECK(double_round(23, 8, 4) == 1);  // 1.44
}

}  // namespace ampa::numerics
