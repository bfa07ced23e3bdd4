#include "quant/tensor_quantizer.h"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>

#include "common/error.h"

namespace ampa::quant {
namespace {

std::vector<float> random_values(std::int64_t size) {
  const numerics::RandomStream stream{5, 0, 0};
  std::vector<float> values;
  for (std::int64_t i = 0; i < size; ++i)
    values.push_back(static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 0.7));
  return values;
}

}  // namespace

TEST_CASE("tensor quantizer: codes on every grid equal the scalar definition, other positions hold the zero point") {
  const std::vector<float> values = random_values(3 * 4 * 5 * 6);
  const FloatView tensor{values.data(), 3, 4, 5, 6};
  ThreadPool threads(2);
  const numerics::Range range = measure_range(tensor, threads);
  for (const GridLayout& layout : {dense_layout(tensor), GridLayout{6, 7, 1, 1, 1}, GridLayout{9, 11, 1, 1, 2}})
    for (const bool stochastic : {false, true}) {
      const numerics::QuantParams params = stochastic ? numerics::symmetric_params(std::max(-range.min, range.max), 4)
                                                      : numerics::asymmetric_params(range.min, range.max, 6);
      const numerics::RandomStream stream{9, 2, 7};
      gemm::CodeTensor codes;
      quantize(tensor, params, layout, stochastic ? std::optional(stream) : std::nullopt, threads, codes);
      REQUIRE(static_cast<std::int64_t>(codes.bytes.size()) >= 3 * layout.grid_height * layout.grid_width * 6);
      std::int64_t num_zero_points = 0, element = 0;
      for (std::int64_t n = 0; n < 3; ++n)
        for (std::int64_t y = 0; y < 4; ++y)
          for (std::int64_t x = 0; x < 5; ++x)
            for (std::int64_t c = 0; c < 6; ++c, ++element) {
              const float value = values[static_cast<std::size_t>(element)];
              const std::int32_t expected =
                  stochastic
                      ? numerics::quantize_stochastic(value, params, stream.bits16(static_cast<std::uint64_t>(element)))
                      : numerics::quantize_nearest(value, params);
              CHECK(codes.code_at(codes.offset(n, y, x) + c) == expected);
              if (expected == params.zero_point) ++num_zero_points;
            }
      const std::int64_t grid_size = 3 * layout.grid_height * layout.grid_width * 6;
      for (std::int64_t i = 0; i < grid_size; ++i)
        if (codes.code_at(i) == params.zero_point) --num_zero_points;
      CHECK(-num_zero_points == grid_size - codes.num_codes());
    }
}

TEST_CASE("tensor quantizer: the range includes 0 and refuses what is not finite") {
  ThreadPool threads(2);
  std::vector<float> values = {3, 1, 2, 5};
  const FloatView tensor{values.data(), 2, 1, 1, 2};
  CHECK(measure_range(tensor, threads).min == 0);
  CHECK(measure_range(tensor, threads).max == 5);
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    values[2] = bad;
    CHECK_THROWS_AS(measure_range(tensor, threads), NonFiniteError);
  }
}

namespace {

// Rows of another tensor, with limits that are as wide as `slack` says.
class Rows : public RowSource {
 public:
  Rows(const FloatView& tensor, float slack) : tensor_(tensor), slack_(slack) {}
  FloatShape shape() const override { return tensor_; }
  void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const override {
    const std::int64_t row_size = tensor_.width * tensor_.channels;
    std::copy_n(tensor_.data + (image * tensor_.height + first_row) * row_size, num_rows * row_size, out);
  }
  kernels::Range limits(std::int64_t image) const override {
    const float* x = tensor_.data + image * tensor_.image_size();
    const kernels::Range range = kernels::active().range(x, tensor_.image_size());
    return {range.min - slack_ * static_cast<float>(image % 3), range.max + slack_, true};
  }

 private:
  FloatView tensor_;
  float slack_;
};

}  // namespace

TEST_CASE("tensor quantizer: a tensor from a source has the range, codes and values of one in memory") {
  for (const std::int64_t width : {5, 700}) {  // of a whole block, and of a row that is longer than a block
    const std::vector<float> values = random_values(17 * 9 * width * 7);
    const FloatView tensor{values.data(), 17, 9, width, 7};
    ThreadPool threads(3);
    const kernels::Range range = measure_range(tensor, threads);
    for (const float slack : {0.0f, 0.1f, 10.0f}) {
      const Rows rows(tensor, slack);
      const FloatView view{rows, tensor};
      const kernels::Range found = measure_range(view, threads);
      CHECK(found.min == range.min);
      CHECK(found.max == range.max);
      CHECK(all_values(view) == values);
      const numerics::QuantParams params = numerics::symmetric_params(1, 7);
      gemm::CodeTensor expected, codes;
      quantize(tensor, params, {11, width + 3, 1, 1, 1}, RoundingOf(numerics::RandomStream{1, 2, 3}), threads,
               expected);
      for (int again = 0; again < 2; ++again)  // the second time on a grid whose gaps are filled
        quantize(view, params, {11, width + 3, 1, 1, 1}, RoundingOf(numerics::RandomStream{1, 2, 3}), threads, codes);
      CHECK(codes.bytes == expected.bytes);
    }
  }
}

TEST_CASE("tensor quantizer: a source is read in its own rows whatever the shape of the view") {
  const std::vector<float> values = random_values(3 * 4 * 5 * 6);
  const FloatView tensor{values.data(), 3, 4, 5, 6};
  const Rows rows(tensor, 0);
  ThreadPool threads(2);
  for (const FloatShape& shape : {FloatShape{3, 1, 1, 120}, {3, 6, 10, 2}, {3, 2, 3, 20}}) {
    const FloatView view(rows, shape), dense(values.data(), shape);
    CHECK(all_values(view) == values);
    for (const GridLayout& layout : {dense_layout(view), GridLayout{shape.height + 2, shape.width + 3, 1, 1, 1},
                                     GridLayout{2 * shape.height + 1, 2 * shape.width, 1, 0, 2}}) {
      gemm::CodeTensor expected, codes;
      const numerics::QuantParams params = numerics::symmetric_params(1, 6);
      quantize(dense, params, layout, RoundingOf(numerics::RandomStream{1, 2, 3}), threads, expected);
      quantize(view, params, layout, RoundingOf(numerics::RandomStream{1, 2, 3}), threads, codes);
      CHECK(codes.bytes == expected.bytes);
    }
  }
  CHECK_THROWS_AS(FloatView(rows, FloatShape{3, 4, 5, 5}), std::logic_error);
  CHECK_THROWS_AS(FloatView(rows, FloatShape{6, 2, 5, 6}), std::logic_error);
}

TEST_CASE("tensor quantizer: the sums behind the sensitivities equal the scalar definition on any grid") {
  const std::vector<float> values = random_values(2 * 3 * 3 * 5);
  const FloatView tensor{values.data(), 2, 3, 3, 5};
  ThreadPool threads(3);
  const numerics::QuantParams params = numerics::asymmetric_params(-0.7f, 1.3f, 4);
  std::int64_t error = 0, magnitude = 0;
  for (const float value : values) {
    const std::int32_t code = numerics::quantize_nearest(value, params);
    error += numerics::quantization_error_q16(value, code, params);
    magnitude += std::abs(code - params.zero_point);
  }
  for (const GridLayout& layout : {dense_layout(tensor), GridLayout{7, 7, 1, 1, 2}}) {
    gemm::CodeTensor codes;
    QuantizationSums sums;
    quantize(tensor, params, layout, RoundingOf(std::nullopt), threads, codes, &sums);
    CHECK(sums.error_q16 == error);
    CHECK(sums.abs_codes == magnitude);
  }
}

}  // namespace ampa::quant
