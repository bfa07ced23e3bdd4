#include "numerics/corrected_sum.h"

#include <catch2/catch.hpp>

#include "samples.h"

namespace ampa::numerics {

TEST_CASE("a sum becomes FP32 with two roundings") {
  CHECK(corrected_sum(-5, 7, -20) == 8);
  CHECK(dequantize_sum((1 << 24) + 1, 1.0f) == 0x1p24f);  // ties to even
  CHECK(dequantize_sum((1 << 24) + 3, 1.0f) == 0x1p24f + 4);
  CHECK(dequantize_sum(INT64_MIN, 0.5f) == -0x1p62f);
  CHECK(dequantize_sum(0, 3.0f) == 0.0f);
}

TEST_CASE("Z3: requantization keeps every rounding on the way") {
  Samples samples(61);
  for (int round = 0; round < 20000; ++round) {
    const auto bits = static_cast<Bits>(samples.integer(kMinBits, kMaxBits));
    const bool wide = samples.integer(0, 1) == 1;
    const std::int64_t sum = wide ? samples.integer(-(std::int64_t{1} << 31), (std::int64_t{1} << 31) - 1) * 37
                                  : samples.integer(-4000, 4000);
    const float scale = std::fabs(samples.any_scale(-20, 2));
    const float range = std::fabs(static_cast<float>(sum)) * scale * samples.uniform(0.5f, 3) + 1e-6f;
    const QuantParams symmetric = symmetric_params(range, bits);
    const QuantParams asymmetric = asymmetric_params(-0.4f * range, 0.6f * range, bits);
    const std::uint32_t random16 = samples.bits16();
    // Through double, each step rounded to FP32 by hand.
    const auto value = static_cast<float>(static_cast<double>(static_cast<float>(sum)) * static_cast<double>(scale));
    REQUIRE(requantize_nearest(sum, scale, symmetric) == quantize_nearest(value, symmetric));
    REQUIRE(requantize_nearest(sum, scale, asymmetric) == quantize_nearest(value, asymmetric));
    REQUIRE(requantize_stochastic(sum, scale, symmetric, random16) == quantize_stochastic(value, symmetric, random16));
  }
}

}  // namespace ampa::numerics
