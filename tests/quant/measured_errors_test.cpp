#include "quant/measured_errors.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "quant/tensor_quantizer.h"

namespace ampa::quant {
namespace {

std::vector<float> random_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.1f, 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

}  // namespace

TEST_CASE("M6: the shift of a distribution is that of the sums of magnitudes") {
  ThreadPool threads(1);
  for (const Bits bits : {3, 4, 8})
    for (const bool is_signed : {false, true}) {
      const std::vector<float> values = random_values(2 * 3 * 4 * 5, static_cast<std::uint32_t>(bits));
      const FloatView view(values.data(), 2, 3, 4, 5);
      const kernels::Range range = measure_range(view, threads);
      const numerics::QuantParams params = is_signed ? numerics::symmetric_params(numerics::max_abs(range), bits)
                                                     : numerics::asymmetric_params(range.min, range.max, bits);
      gemm::CodeTensor codes;
      GridLayout dilated = dense_layout(view);  // on a grid with gaps and a border
      dilated.grid_height = 9, dilated.grid_width = 10, dilated.border_top = 1, dilated.border_left = 2;
      dilated.dilation = 2;
      quantize(view, params, dilated, RoundingOf(std::nullopt), threads, codes);
      double of_values = 0, of_codes = 0;
      const std::vector<double> errors = quantization_errors(view, {ScaleAxis::kNone, {params}}, codes);
      REQUIRE(errors.size() == values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        const float value = numerics::dequantize(numerics::quantize_nearest(values[i], params), params);
        CHECK(errors[i] == static_cast<double>(value) - static_cast<double>(values[i]));
        of_values += std::abs(static_cast<double>(values[i]));
        of_codes += std::abs(static_cast<double>(value));
      }
      const double shift = distribution_shift(view, {ScaleAxis::kNone, {params}}, codes);
      CHECK(shift == Approx(std::abs(of_values - of_codes) / of_values).margin(1e-4));
    }
}

TEST_CASE("M9: the relative error leaves out what is 0") {
  ThreadPool threads(1);
  const std::vector<float> values = {7, 3.5f, 0, -1.25f};  // codes 7, 4 (a tie to even), 0, -1 at scale 1
  const FloatView view(values.data(), 1, 1, 2, 2);
  gemm::CodeTensor codes;
  const numerics::QuantParams params = numerics::symmetric_params(7, 4);
  quantize(view, params, dense_layout(view), RoundingOf(std::nullopt), threads, codes);
  CHECK(relative_error(view, {ScaleAxis::kNone, {params}}, codes) == Approx((0 + 0.5 / 3.5 + 0.25 / 1.25) / 3));
}

TEST_CASE("M6: a tensor of zeros has no shift, and groups add theirs with their scales") {
  ThreadPool threads(1);
  const std::vector<float> zeros(6);
  const FloatView none(zeros.data(), 1, 1, 2, 3);
  gemm::CodeTensor codes;
  const numerics::QuantParams of_zeros = numerics::symmetric_params(0, 4);
  quantize(none, of_zeros, dense_layout(none), RoundingOf(std::nullopt), threads, codes);
  CHECK(distribution_shift(none, {ScaleAxis::kNone, {of_zeros}}, codes) == 0);

  // Two images, 4 bits: 7 and 3.4 at scale 1, of which 0.4 is lost; 14 and 8 at scale 2, of which nothing is.
  const std::vector<float> values = {7, 3.4f, 14, 8};
  const FloatView view(values.data(), 2, 1, 1, 2);
  const ScaleGroups groups = {ScaleAxis::kImages,
                              {numerics::symmetric_params(7, 4), numerics::symmetric_params(14, 4)}};
  quantize(view, groups, dense_layout(view), RoundingOf(std::nullopt), threads, codes);
  CHECK(distribution_shift(view, groups, codes) == Approx(0.4 / 32.4).margin(1e-5));
}

}  // namespace ampa::quant
