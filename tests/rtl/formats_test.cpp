#include <Vampa_formats.h>

#include <catch2/catch.hpp>

#include "timing/fused_formats.h"

using namespace ampa;

TEST_CASE("the table of formats in Verilog and in C++ is one table", "[rtl]") {
  for (int a = 0; a < timing::kNumWidthCodes; ++a)
    for (int b = 0; b < timing::kNumWidthCodes; ++b)
      for (int signs = 0; signs < 4; ++signs) {
        INFO("width codes " << a << " and " << b << ", signs " << signs);
        const bool a_signed = (signs & 1) != 0, b_signed = (signs & 2) != 0;
        VerilatedContext context;
        Vampa_formats rtl(&context, "");
        rtl.a_width_i = static_cast<std::uint8_t>(a);
        rtl.b_width_i = static_cast<std::uint8_t>(b);
        rtl.a_signed_i = a_signed ? 1 : 0;
        rtl.b_signed_i = b_signed ? 1 : 0;
        rtl.eval();
        CHECK(rtl.macs_o == timing::fused_macs(a, b));
        CHECK((rtl.a_join_2_o != 0) == (timing::mode_bits(a) > 2));
        CHECK((rtl.a_join_4_o != 0) == (timing::mode_bits(a) > 4));
        CHECK((rtl.b_join_2_o != 0) == (timing::mode_bits(b) > 2));
        CHECK((rtl.b_join_4_o != 0) == (timing::mode_bits(b) > 4));
        CHECK(rtl.a_negative_o == timing::negative_mask(a, a_signed, true));
        CHECK(rtl.b_negative_o == timing::negative_mask(b, b_signed, false));
      }
}

TEST_CASE("every width runs in the narrowest mode that holds it", "[rtl]") {
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) {
    const Bits mode = timing::mode_bits(timing::width_code(bits));
    CHECK(mode >= bits);
    CHECK(mode - bits <= 1);
    CHECK(mode % 2 == 0);
  }
}

TEST_CASE("no format asks for more than sixteen bricks or a 32-bit word", "[rtl]") {
  for (int a = 0; a < timing::kNumWidthCodes; ++a)
    for (int b = 0; b < timing::kNumWidthCodes; ++b) {
      CHECK(timing::bricks_used(a, b) <= 16);
      CHECK(timing::fused_macs(a, b) * timing::container_bits(a) <= 32);
      CHECK(timing::fused_macs(a, b) * timing::container_bits(b) <= 32);
    }
  CHECK(timing::bricks_used(2, 2) == 9);
  CHECK(timing::bricks_used(3, 3) == 16);
  CHECK(timing::bricks_used(0, 0) == 16);
}
