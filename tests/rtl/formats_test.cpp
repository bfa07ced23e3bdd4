#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>
#include <type_traits>

#include "timing/fused_formats.h"
#include "timing/pe_formats.h"
#include "verilated_formats.h"

using namespace ampa;

namespace {

// Every pair of widths and kinds that the ports can say.
template <class Rtl, class Check>
void for_each_pair(const Check& check) {
  VerilatedContext context;
  Rtl rtl(&context, "");
  for (int word = 0; word < 1 << 12; ++word) {
    rtl.a_bits_i = word & 15;
    rtl.b_bits_i = word >> 4 & 15;
    rtl.a_kind_i = word >> 8 & 3;
    rtl.b_kind_i = word >> 10 & 3;
    rtl.eval();
    check(rtl);
  }
}

// The format that a width and a kind say, of none bits if it is none.
CodeFormat format_of(int bits, int kind) {
  const CodeFormat format{bits, kind != 0};
  return timing::operand_kind(format) == kind ? format : CodeFormat{0, false};
}

template <class Rtl>
void check_table(timing::Pe pe) {
  const timing::PeFormats& formats = timing::pe_formats(pe);
  int num_supported = 0;
  for_each_pair<Rtl>([&](const Rtl& rtl) {
    INFO(formats.name << ": " << int{rtl.a_bits_i} << " and " << int{rtl.b_bits_i} << " bits, kinds "
                      << int{rtl.a_kind_i} << " and " << int{rtl.b_kind_i});
    const CodeFormat a = format_of(rtl.a_bits_i, rtl.a_kind_i), b = format_of(rtl.b_bits_i, rtl.b_kind_i);
    const bool is_supported = timing::is_supported(pe, a) && timing::is_supported(pe, b);
    REQUIRE((rtl.supported_o != 0) == is_supported);
    if (!is_supported) return;
    ++num_supported;
    CHECK(rtl.macs_o == formats.macs(a, b));
    CHECK(rtl.a_container_o == formats.container_bits(a));
    CHECK(rtl.b_container_o == formats.container_bits(b));
    CHECK(rtl.a_planes_o == formats.planes(a));
    CHECK(rtl.b_planes_o == formats.planes(b));
    CHECK(rtl.macs_o * rtl.a_container_o <= 32);
    CHECK(rtl.macs_o * rtl.b_container_o <= 32);
  });
  CHECK(num_supported >= 14 * 14);
}

}  // namespace

TEST_CASE("the table of formats in Verilog and in C++ is one table", "[rtl]") {
  std::size_t number = 0;
  const auto check = [&](const auto& verilated) {
    const auto pe = static_cast<timing::Pe>(number++);
    REQUIRE(timing::pe_formats(pe).name == verilated.name);
    check_table<typename std::decay_t<decltype(verilated)>::Rtl>(pe);
  };
  const auto& all = timing::all_pe_formats();
  const auto num_grid = std::count_if(all.begin(), all.end(), [](const auto& formats) { return formats.is_grid; });
  REQUIRE(std::tuple_size_v<decltype(kVerilatedFormats)> + static_cast<std::size_t>(num_grid) == all.size());
  std::apply([&](const auto&... verilated) { (check(verilated), ...); }, kVerilatedFormats);
}

TEST_CASE("the fused processing element marks the top slices of signed operands", "[rtl]") {
  for_each_pair<Vampa_formats_fused>([](const Vampa_formats_fused& rtl) {
    if (rtl.supported_o == 0) return;
    const int a = timing::width_code(rtl.a_bits_i), b = timing::width_code(rtl.b_bits_i);
    CHECK(rtl.config_o[0] == timing::negative_mask(a, rtl.a_kind_i == 1, true));
    CHECK(rtl.config_o[1] == timing::negative_mask(b, rtl.b_kind_i == 1, false));
    CHECK((rtl.config_o[3] & 3) == static_cast<unsigned>(a));
    CHECK((rtl.config_o[3] >> 2 & 3) == static_cast<unsigned>(b));
  });
}

TEST_CASE("every width runs in the narrowest mode that holds it", "[rtl]") {
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) {
    const Bits mode = timing::mode_bits(timing::width_code(bits));
    CHECK(mode >= bits);
    CHECK(mode - bits <= 1);
    CHECK(mode % 2 == 0);
  }
}

TEST_CASE("no format asks for more than sixteen bricks", "[rtl]") {
  for (int a = 0; a < timing::kNumWidthCodes; ++a)
    for (int b = 0; b < timing::kNumWidthCodes; ++b) CHECK(timing::bricks_used(a, b) <= 16);
  CHECK(timing::bricks_used(2, 2) == 9);
  CHECK(timing::bricks_used(3, 3) == 16);
  CHECK(timing::bricks_used(0, 0) == 16);
}
