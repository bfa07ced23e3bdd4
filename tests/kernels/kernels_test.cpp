#include "kernels/kernels.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "kernels/float_samples.h"
#include "numerics/corrected_sum.h"

namespace ampa::kernels {
namespace {

using numerics::QuantParams;
using numerics::RandomStream;

// Lengths around every vector width, and a long one.
const std::vector<std::size_t> kLengths{0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 1000};

// Calls test(set, values) for every instruction set and sample: usual ranges, tiny ones, scale 0, and special values.
template <typename Test>
void for_all_samples(const Test& test) {
  std::vector<QuantParams> params;
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) {
    params.push_back(numerics::symmetric_params(1.0f, bits));
    params.push_back(numerics::asymmetric_params(-0.3f, 0.7f, bits));
  }
  params.push_back(numerics::symmetric_params(0.0f, 8));  // scale 0
  params.push_back(numerics::asymmetric_params(0.0f, 0.0f, 8));
  params.push_back(numerics::symmetric_params(0x1p-99f, 4));  // a reciprocal near the largest float
  params.push_back(numerics::asymmetric_params(0.0f, 1e30f, 5));
  for (const std::string& name : available()) {
    select(name);
    for (const QuantParams& p : params)
      for (const std::size_t n : kLengths) {
        INFO(name << ", " << p.format.bits << " bits, inverse scale " << p.inv_scale << ", " << n << " elements");
        const float range = p.scale == 0 ? 1.0f : p.scale * static_cast<float>(1 << p.format.bits);
        test(active(), p, testing::finite_floats(n, range, p.scale, true, n + 1));
      }
  }
  select("auto");
}

std::int32_t code_of(std::uint8_t byte, const QuantParams& params) {
  return params.format.is_signed ? static_cast<std::int8_t>(byte) : byte;
}

TEST_CASE("quantize_nearest equals its scalar definition") {
  for_all_samples([](const Kernels& set, const QuantParams& params, const std::vector<float>& x) {
    std::vector<std::uint8_t> codes(x.size() + 1, 0x5A), expected(x.size() + 1, 0x5A);
    set.quantize_nearest(x.data(), static_cast<std::int64_t>(x.size()), params, codes.data(), nullptr);
    for (std::size_t i = 0; i < x.size(); ++i)
      expected[i] = static_cast<std::uint8_t>(numerics::quantize_nearest(x[i], params));
    CHECK(codes == expected);
  });
}

TEST_CASE("quantize_stochastic equals its scalar definition from any first element") {
  const RandomStream stream{0x0123456789ABCDEFu, 77, 5};
  for (const std::uint64_t first : {0ull, 1ull, 5ull, 8ull, 1003ull, (1ull << 35) - 24ull, (1ull << 36) + 3ull})
    for_all_samples([&](const Kernels& set, const QuantParams& params, const std::vector<float>& x) {
      if (!params.format.is_signed) return;
      std::vector<std::uint8_t> codes(x.size() + 1, 0x5A), expected(x.size() + 1, 0x5A);
      set.quantize_stochastic(x.data(), static_cast<std::int64_t>(x.size()), params, stream, first, codes.data(),
                              nullptr);
      for (std::size_t i = 0; i < x.size(); ++i)
        expected[i] = static_cast<std::uint8_t>(numerics::quantize_stochastic(x[i], params, stream.bits16(first + i)));
      CHECK(codes == expected);
    });
}

TEST_CASE("quantize_stochastic of a tensor does not depend on how it is cut") {
  const RandomStream stream{42, 1, 2};
  const QuantParams params = numerics::symmetric_params(1.0f, 8);
  const std::vector<float> x = testing::finite_floats(700, 1.0f, params.scale, false, 3);
  std::vector<std::uint8_t> whole(x.size()), cut(x.size());
  active().quantize_stochastic(x.data(), 700, params, stream, 0, whole.data(), nullptr);
  for (std::int64_t begin = 0; begin < 700;) {
    const std::int64_t count = std::min<std::int64_t>(700 - begin, 1 + begin % 191);
    active().quantize_stochastic(x.data() + begin, count, params, stream, static_cast<std::uint64_t>(begin),
                                 cut.data() + begin, nullptr);
    begin += count;
  }
  CHECK(cut == whole);
}

TEST_CASE("quantizers measure the sums of their scalar definitions and write the same codes") {
  const RandomStream stream{7, 1, 2};
  for_all_samples([&](const Kernels& set, const QuantParams& params, const std::vector<float>& x) {
    for (const bool stochastic : {false, true}) {
      if (stochastic && !params.format.is_signed) continue;
      const auto n = static_cast<std::int64_t>(x.size());
      std::vector<std::uint8_t> codes(x.size() + 1, 0x5A), measured_codes(x.size() + 1, 0x5A);
      QuantizationSums sums{1000, 2000}, expected = sums;  // added to
      if (stochastic) {
        set.quantize_stochastic(x.data(), n, params, stream, 3, codes.data(), nullptr);
        set.quantize_stochastic(x.data(), n, params, stream, 3, measured_codes.data(), &sums);
      } else {
        set.quantize_nearest(x.data(), n, params, codes.data(), nullptr);
        set.quantize_nearest(x.data(), n, params, measured_codes.data(), &sums);
      }
      for (std::size_t i = 0; i < x.size(); ++i) {
        expected.error_q16 += numerics::quantization_error_q16(x[i], code_of(codes[i], params), params);
        if (!stochastic) expected.abs_codes += std::abs(code_of(codes[i], params) - params.zero_point);
      }
      CHECK(measured_codes == codes);
      CHECK(sums.error_q16 == expected.error_q16);
      CHECK(sums.abs_codes == expected.abs_codes);
    }
  });
}

TEST_CASE("drop clears the elements whose bits are below the limit and multiplies the others, from any first element") {
  const RandomStream stream{0x0123456789ABCDEFu, 77, 5};
  for (const std::string& name : available()) {
    select(name);
    for (const std::uint64_t first : {0ull, 1ull, 7ull, 8ull, 251ull, (1ull << 35) + 3})
      for (const std::uint32_t limit : {0u, 6554u, 32768u, 65535u})
        for (const std::size_t n : kLengths) {
          INFO(name << ", from " << first << ", limit " << limit << ", " << n << " elements");
          std::vector<float> x = testing::finite_floats(n, 2.0f, 0.5f, false, n + 1), expected = x;
          for (std::size_t i = 0; i < n; ++i) expected[i] = stream.bits16(first + i) < limit ? 0.0f : x[i] * 1.25f;
          active().drop(x.data(), static_cast<std::int64_t>(n), limit, 1.25f, stream, first, x.data());
          CHECK(x == expected);
        }
  }
  select("auto");
}

TEST_CASE("long sums do not overflow") {
  const std::int64_t n = (1 << 24) + 5;
  const QuantParams wide = numerics::asymmetric_params(-1.0f, 0.0f, 8), narrow = numerics::symmetric_params(1.0f, 8);
  REQUIRE(wide.zero_point == 255);
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(n));
  const std::vector<float> x(static_cast<std::size_t>(n), -1e9f);  // an error near 2^30
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    QuantizationSums nearest, stochastic;
    active().quantize_nearest(x.data(), n, wide, codes.data(), &nearest);
    CHECK(nearest.abs_codes == 255 * n);
    CHECK(nearest.error_q16 == numerics::quantization_error_q16(-1e9f, 0, wide) * n);
    active().quantize_stochastic(x.data(), n, narrow, {1, 2, 3}, 0, codes.data(), &stochastic);
    CHECK(stochastic.abs_codes == 0);
    CHECK(stochastic.error_q16 == numerics::quantization_error_q16(-1e9f, -127, narrow) * n);
  }
  select("auto");
}

TEST_CASE("range is the smallest and the largest element and 0") {
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    for (const std::size_t n : kLengths)
      for (const float offset : {0.0f, 5.0f, -5.0f}) {
        std::vector<float> x = testing::finite_floats(n, 1.0f, 0.01f, offset == 0.0f, n);
        for (float& value : x) value += offset;
        Range expected;
        for (const float value : x) expected = numerics::including(expected, value);
        const Range range = active().range(x.data(), static_cast<std::int64_t>(n));
        CHECK(range.finite);
        CHECK(range.min == expected.min);
        CHECK(range.max == expected.max);
        CHECK_FALSE(std::signbit(range.max));
        CHECK(std::signbit(range.min) == (expected.min < 0));
      }
  }
  select("auto");
}

TEST_CASE("range finds an infinity or a NaN at any place") {
  using Limits = std::numeric_limits<float>;
  const float special[] = {Limits::infinity(),
                           -Limits::infinity(),
                           Limits::quiet_NaN(),
                           -Limits::quiet_NaN(),
                           testing::float_from_bits(0x7F800001u),
                           testing::float_from_bits(0xFF800001u),
                           testing::float_from_bits(0xFFFFFFFFu)};
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    for (const std::size_t n : {1u, 5u, 16u, 37u, 70u})
      for (std::size_t at = 0; at < n; ++at)
        for (const float value : special) {
          std::vector<float> x(n, at % 2 == 0 ? Limits::max() : Limits::lowest());
          CHECK(active().range(x.data(), static_cast<std::int64_t>(n)).finite);
          x[at] = value;
          CHECK_FALSE(active().range(x.data(), static_cast<std::int64_t>(n)).finite);
        }
  }
  select("auto");
}

TEST_CASE("sum_abs takes every 32-bit sum, the lowest included") {
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    for (const std::size_t n : kLengths) {
      std::vector<std::int32_t> sums(n, INT32_MIN);
      for (std::size_t i = 1; i < n; i += 2) sums[i] = static_cast<std::int32_t>(i) * -7919;
      std::int64_t expected = 0;
      for (const std::int32_t sum : sums) expected += std::abs(std::int64_t{sum});
      CHECK(active().sum_abs(sums.data(), 1, static_cast<std::int64_t>(n), nullptr) == expected);
      std::vector<std::int32_t> col(n);
      for (std::size_t i = 0; i < n; ++i) col[i] = static_cast<std::int32_t>(i) * -1234567;
      expected = 0;
      for (std::size_t i = 0; i < n; ++i) expected += 2 * std::abs(std::int64_t{sums[i]} / 2 - col[i]);
      std::vector<std::int32_t> halves = sums;
      for (std::int32_t& sum : halves) sum /= 2;
      halves.insert(halves.end(), halves.begin(), halves.end());
      CHECK(active().sum_abs(halves.data(), 2, static_cast<std::int64_t>(n), col.data()) == expected);
    }
  }
  select("auto");
}

TEST_CASE("dequantize subtracts the column and multiplies, in place too") {
  std::mt19937 random(4);
  const float scale = 0x1.23456p-9f;
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    for (const std::int64_t cols : {1, 3, 8, 16, 17, 64, 100})
      for (const bool with_col : {false, true}) {
        const std::int64_t rows = 9;
        std::vector<std::int32_t> acc(static_cast<std::size_t>(rows * cols)), col(static_cast<std::size_t>(cols));
        for (std::int32_t& value : acc) value = static_cast<std::int32_t>(random()) / 4;
        for (std::int32_t& value : col) value = static_cast<std::int32_t>(random()) / 4;
        std::vector<float> expected, out(acc.size()), in_place(acc.size());
        for (std::size_t i = 0; i < acc.size(); ++i)
          expected.push_back(numerics::dequantize_sum(acc[i] - (with_col ? col[i % col.size()] : 0), scale));
        active().dequantize(acc.data(), rows, cols, with_col ? col.data() : nullptr, scale, false, out.data());
        CHECK(out == expected);
        std::vector<float> added(acc.size(), 0.7f);
        active().dequantize(acc.data(), rows, cols, with_col ? col.data() : nullptr, scale, true, added.data());
        for (std::size_t i = 0; i < acc.size(); ++i) CHECK(added[i] == 0.7f + expected[i]);
        std::memcpy(in_place.data(), acc.data(), acc.size() * sizeof(float));
        active().dequantize(reinterpret_cast<const std::int32_t*>(in_place.data()), rows, cols,
                            with_col ? col.data() : nullptr, scale, false, in_place.data());
        CHECK(in_place == expected);
      }
  }
  select("auto");
}

}  // namespace
}  // namespace ampa::kernels
