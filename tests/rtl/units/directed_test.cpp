// Values picked by hand, and many random ones where the arithmetic is.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "rtl/units/stimuli.h"
#include "rtl/units/twins.h"
#include "rtl/units/unit_checks.h"
#include "rtl/units/units.h"

namespace ampa::rtl {
namespace {

using Limits = std::numeric_limits<float>;

std::vector<std::uint32_t> special_values() {
  std::vector<float> values = {0,
                               Limits::denorm_min(),
                               3 * Limits::denorm_min(),
                               Limits::min() - Limits::denorm_min(),
                               Limits::min(),
                               std::nextafter(Limits::min(), 1.0f),
                               0x1p-75f,
                               0x1.8p-75f,
                               0x1.000002p-75f,
                               0x1p-23f,
                               0.5f,
                               std::nextafter(0.5f, 0.0f),
                               std::nextafter(1.0f, 0.0f),
                               1,
                               std::nextafter(1.0f, 2.0f),
                               1.5f,
                               3,
                               0x1.fffffep63f,
                               0x1p64f,
                               Limits::max(),
                               Limits::infinity()};
  std::vector<std::uint32_t> bits = {0x7FC00000u, 0x7F800001u, 0xFFFFFFFFu};
  for (const float value : values) {
    bits.push_back(bits_of(value));
    bits.push_back(bits_of(-value));
  }
  return bits;
}

template <class In, class Out>
std::vector<Out> run(const UnitPtr<In, Out>& unit, const std::vector<In>& inputs, std::size_t num_outputs) {
  return unit->run(inputs, num_outputs);
}

template <class Out>
void require_same(const std::vector<Out>& found, const std::vector<Out>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (same(found[i], expected[i])) continue;
    INFO("output " << i);
    CHECK(describe(found[i]) == describe(expected[i]));
  }
}

// The codes of `elements` under parameters with a step of 1.
std::vector<int> codes(const std::vector<float>& elements, const numerics::QuantParams& params, bool stochastic = false,
                       std::uint32_t random16 = 0) {
  std::vector<QuantizeIn> inputs;
  for (const float x : elements) inputs.push_back(quantize_in(x, params, stochastic, random16, false));
  std::vector<int> result;
  for (const QuantizeOut& out : run(make_quantize(), inputs, inputs.size()))
    result.push_back(out.level + params.zero_point);
  return result;
}

}  // namespace

TEST_CASE("fp32_mul: every pair of special values") {
  std::vector<Fp32MulIn> inputs;
  for (const std::uint32_t a : special_values())
    for (const std::uint32_t b : special_values()) inputs.push_back({a, b, 0});
  require_same(run(make_fp32_mul(), inputs, inputs.size()), fp32_mul_twin(inputs));
  // Answers known without a multiplier: ties to even in the normal, the denormal and the largest numbers.
  const auto product = [](float a, float b) {
    return float_of(run(make_fp32_mul(), {{bits_of(a), bits_of(b), 0}}, 1).front().value);
  };
  CHECK(product(0x1.000002p0f, 0x1.8p0f) == 0x1.800004p0f);  // 0x1.800003, a tie, goes up to even
  CHECK(product(0x1.000006p0f, 0x1.8p0f) == 0x1.800008p0f);  // 0x1.800009, a tie, goes down to even
  CHECK(product(0x1p-149f, 0.5f) == 0);
  CHECK(product(0x3p-149f, 0.5f) == 0x2p-149f);
  CHECK(product(0x1.fffffep-126f, 0.5f) == 0x1p-126f);  // from denormal to normal by rounding
  CHECK(product(0x1.fffffep127f, 0x1.000002p0f) == Limits::infinity());
  CHECK(std::signbit(product(-0x1p-149f, 0x1p-149f)));
}

TEST_CASE("fp32_mul and quantize: millions of random operands") {
  for (const UnitCheck& check : unit_checks())
    if (check.name == "fp32_mul" || check.name == "quantize") {
      const UnitVerdict verdict = check.run({{20, check.name == "quantize" ? 1000000 : 3000000, true}, {}, 0});
      CHECK(verdict.mismatch == "");
      CHECK(verdict.num_outputs >= 1000000);
    }
}

TEST_CASE("quantize: ties go to even, ends saturate") {
  const numerics::QuantParams signed4{{4, true}, 1, 1, 0, -7, 7};
  CHECK(codes({0, -0.0f, 0.5f, 1.5f, -2.5f, 2.5000002f, 6.5f, 7.5f, 1e30f, -1e30f}, signed4) ==
        std::vector<int>{0, 0, 0, 2, -2, 3, 6, 7, 7, -7});
  CHECK(codes({Limits::denorm_min(), -Limits::denorm_min(), 0.49999997f, -0.5f, -0.50000006f}, signed4) ==
        std::vector<int>{0, 0, 0, 0, -1});
  CHECK(codes({Limits::max(), -Limits::max(), 0x1p14f, -0x1p14f, 0x1p21f}, signed4) ==
        std::vector<int>{7, -7, 7, -7, 7});
  const numerics::QuantParams unsigned8{{8, false}, 1, 1, 100, 0, 255};
  CHECK(codes({0, -100, -100.5f, -101, 155, 156, 0.5f, 1.5f, -1e9f, 1e9f}, unsigned8) ==
        std::vector<int>{100, 0, 0, 0, 255, 255, 100, 102, 0, 255});
  const numerics::QuantParams nothing{{8, true}, 0, 0, 0, -127, 127};  // rule D1
  CHECK(codes({0, 1, -1, Limits::max()}, nothing) == std::vector<int>{0, 0, 0, 0});
}

TEST_CASE("quantize: stochastic rounding by the random bits, integers stay") {
  const numerics::QuantParams params{{4, true}, 1, 1, 0, -7, 7};
  const std::vector<float> elements = {3, 3.25f, -3.25f, 7, 7.5f, -7.5f, -Limits::denorm_min(), Limits::denorm_min()};
  CHECK(codes(elements, params, true, 0) == std::vector<int>{3, 3, -4, 7, 7, -7, -1, 0});
  CHECK(codes(elements, params, true, 0xBFFF) == std::vector<int>{3, 3, -3, 7, 7, -7, 0, 0});
  CHECK(codes(elements, params, true, 0xC000) == std::vector<int>{3, 4, -3, 7, 7, -7, 0, 0});
  CHECK(codes(elements, params, true, 0xFFFF) == std::vector<int>{3, 4, -3, 7, 7, -7, 0, 0});
}

TEST_CASE("absmax and minmax: zeros, one sign, infinities and NaNs at every place") {
  const auto range = [](const std::vector<std::uint32_t>& values) {
    std::vector<Fp32In> inputs;
    for (const std::uint32_t x : values) inputs.push_back({x, false});
    inputs.back().last = true;
    const std::vector<AbsmaxOut> absmax = run(make_absmax(), inputs, 1);
    require_same(absmax, absmax_twin(inputs));
    const std::vector<MinmaxOut> minmax = run(make_minmax(), inputs, 1);
    require_same(minmax, minmax_twin(inputs));
    CHECK(absmax.front().finite == minmax.front().finite);
    return minmax.front();
  };
  CHECK(range({0x80000000u}).min == 0);
  CHECK(range({bits_of(-2), bits_of(-3)}).max == 0);
  CHECK(range({bits_of(2), bits_of(3)}).min == 0);
  CHECK(range({0x80000001u, 1}).min == 0x80000001u);
  for (const std::uint32_t special : {0x7F800000u, 0xFF800000u, 0x7F800001u, 0xFFC00000u})
    for (std::size_t at = 0; at < 4; ++at) {
      std::vector<std::uint32_t> values = {bits_of(1), bits_of(Limits::max()), bits_of(-Limits::max()), bits_of(-1)};
      CHECK(range(values).finite);
      values[at] = special;
      CHECK_FALSE(range(values).finite);
    }
}

TEST_CASE("a tensor that is not finite does not mark the next one") {
  const std::vector<Fp32In> inputs = {{0x7F800000u, true}, {bits_of(-1), true}};
  CHECK(run(make_minmax(), inputs, 2).back().finite);
  CHECK(run(make_absmax(), inputs, 2).back().finite);
  CHECK(run(make_absmax(), inputs, 2).front().absmax == 0);
}

TEST_CASE("philox: the published known answers") {
  const std::vector<PhiloxIn> inputs = {{{0, 0}, {0, 0, 0, 0}},
                                        {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
                                        {{0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}};
  const std::vector<PhiloxOut> expected = {{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                                           {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                                           {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (const int rounds : {1, 2, 5, 10}) require_same(run(make_philox(rounds), inputs, 3), expected);
  const std::vector<RandomStreamOut> bits = run(make_random_stream(2), {{0, 0, 0, 0, 8}}, 8);
  const std::uint16_t words[8] = {0xe8d5, 0x6627, 0xc58d, 0xe169, 0xac4c, 0xbc57, 0xdbd8, 0x9b00};
  for (std::size_t i = 0; i < 8; ++i) CHECK((bits[i].random == words[i] && bits[i].last == (i == 7)));
}

TEST_CASE("dequantize: conversion and product are rounded once each") {
  const auto value = [](std::int64_t sum, std::int64_t row, std::int64_t col, float scale) {
    return float_of(run(make_dequantize(), {{sum, row, col, bits_of(scale), 0}}, 1).front().value);
  };
  CHECK(value((1 << 24) + 1, 0, 0, 1) == 0x1p24f);
  CHECK(value((1 << 24) + 3, 0, 0, 1) == 0x1p24f + 4);
  CHECK(value(-(1 << 24) - 3, 0, 0, 0.5f) == -0x1p23f - 2);
  CHECK(value(INT64_MIN, 0, 0, 0x1p-63f) == -1);
  CHECK(value(INT64_MAX, 0, 0, 0x1p-63f) == 1);
  CHECK(value(10, 7, -9, 0.25f) == 3);
  CHECK(value(5, 5, 0, 3) == 0);
  CHECK(value(1, 0, 0, Limits::denorm_min()) == Limits::denorm_min());
}

TEST_CASE("sums at the ends of their ranges") {
  const std::vector<SensitivityIn> extremes = {{1 << 30, -255, false}, {-(1 << 30), 255, true}};
  const SensitivityOut sums = run(make_sensitivity(), extremes, 1).front();
  CHECK(sums.error_q16 == 2 * ((std::uint64_t{1} << 30) + 255 * 65536));
  CHECK(sums.abs_levels == 510);
  const std::vector<AbsSumIn> large = {{INT64_MAX, 0, 0, false}, {INT64_MIN, 0, 0, true}};
  CHECK(run(make_abs_sum(), large, 1).front().abs_sum == UINT64_MAX);
}

TEST_CASE("packers refuse word sizes that are not verilated") {
  CHECK_THROWS_AS(make_bitpack(3), RunError);
  CHECK_THROWS_AS(make_bitunpack(0), RunError);
  CHECK_THROWS_AS(make_philox(3), RunError);
  CHECK_THROWS_AS(make_random_stream(10), RunError);
}

}  // namespace ampa::rtl
