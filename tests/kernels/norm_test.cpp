#include "kernels/norm.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "kernels/kernels.h"

namespace ampa::kernels {
namespace {

struct Block {
  std::int64_t rows, row_size;
  std::size_t size() const { return static_cast<std::size_t>(rows * row_size); }
};

// Rows around every strip width, and long ones.
const std::vector<Block> kBlocks{{1, 1}, {3, 15}, {2, 16}, {5, 31}, {4, 64}, {3, 65}, {2, 127}, {7, 200}, {32, 512}};

class Values {
 public:
  explicit Values(unsigned seed) : random_(seed) {}
  std::vector<float> operator()(std::size_t n) {
    std::vector<float> values(n);
    for (float& value : values) value = std::uniform_real_distribution<float>(-4, 8)(random_);
    return values;
  }

 private:
  std::mt19937 random_;
};

// Calls test(loops, block, values) for every instruction set and shape.
template <typename Test>
void for_all(const Test& test) {
  for (const std::string& name : available()) {
    select(name);
    for (const Block& block : kBlocks) {
      INFO(name << ", " << block.rows << " x " << block.row_size);
      test(active_norm(), block, Values(static_cast<unsigned>(block.row_size)));
    }
  }
  select("auto");
}

TEST_CASE("norm: value lanes add rows in ascending order and keep the extremes") {
  for_all([](const NormKernels& loops, Block block, Values values) {
    const auto n = static_cast<std::size_t>(block.row_size);
    const std::vector<float> x = values(block.size());
    std::vector<float> sum = values(n), square = values(n), low(n, 0.5f), high(n, -0.5f);
    std::vector<float> expected_sum = sum, expected_square = square, expected_low = low, expected_high = high;
    for (std::size_t i = 0; i < x.size(); ++i) {
      expected_sum[i % n] += x[i];
      const float product = x[i] * x[i];
      expected_square[i % n] += product;
      expected_low[i % n] = std::min(expected_low[i % n], x[i]);
      expected_high[i % n] = std::max(expected_high[i % n], x[i]);
    }
    loops.value_lanes(x.data(), block.rows, block.row_size, {sum.data(), square.data(), low.data(), high.data()});
    CHECK(sum == expected_sum);
    CHECK(square == expected_square);
    CHECK(low == expected_low);
    CHECK(high == expected_high);
  });
}

TEST_CASE("norm: normalise rounds product, offset and residual one after the other") {
  for (const bool with_residual : {false, true})
    for (const Rectify rectify : {Rectify::kNone, Rectify::kRelu, Rectify::kRelu6})
      for_all([&](const NormKernels& loops, Block block, Values values) {
        const auto n = static_cast<std::size_t>(block.row_size);
        const std::vector<float> x = values(block.size()), residual = values(block.size());
        const std::vector<float> slope = values(n), offset = values(n);
        std::vector<float> out(x.size()), expected(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
          const float product = x[i] * slope[i % n];
          float value = product + offset[i % n];
          if (with_residual) value += residual[i];
          if (rectify != Rectify::kNone && value < 0) value = 0;
          expected[i] = rectify == Rectify::kRelu6 && value > 6 ? 6 : value;
        }
        loops.normalise(x.data(), with_residual ? residual.data() : nullptr, block.rows, block.row_size, slope.data(),
                        offset.data(), rectify, out.data());
        CHECK(out == expected);
      });
}

TEST_CASE("norm: a NaN stays one behind a ReLU") {
  for_all([](const NormKernels& loops, Block block, Values values) {
    const std::vector<float> coefficients = values(static_cast<std::size_t>(block.row_size));
    std::vector<float> x = values(block.size()), out(block.size());
    x.back() = std::numeric_limits<float>::quiet_NaN();
    for (const Rectify rectify : {Rectify::kRelu, Rectify::kRelu6}) {
      loops.normalise(x.data(), nullptr, block.rows, block.row_size, coefficients.data(), coefficients.data(), rectify,
                      out.data());
      CHECK(out.back() != out.back());
    }
  });
}

TEST_CASE("norm: gradient lanes clear what the mask stops and add the rest in ascending order") {
  enum { kNone, kOutput, kAgain, kOutputBelowSix, kAgainBelowSix };
  for (const int kind : {kNone, kOutput, kAgain, kOutputBelowSix, kAgainBelowSix})
    for_all([&](const NormKernels& loops, Block block, Values values) {
      const auto n = static_cast<std::size_t>(block.row_size);
      const std::vector<float> x = values(block.size()), output = values(block.size());
      const std::vector<float> slope = values(n), offset = values(n);
      std::vector<float> d = values(block.size()), sum = values(n), product = values(n), low(n, 0.5f), high(n, -0.5f);
      std::vector<float> expected_d = d, expected_sum = sum, expected_product = product, expected_low = low,
                         expected_high = high;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const float scaled = x[i] * slope[i % n];
        const bool is_read = kind == kOutput || kind == kOutputBelowSix;
        const float behind = is_read ? output[i] : kind == kNone ? 1 : scaled + offset[i % n];
        if (!(behind > 0)) expected_d[i] = 0;
        if (kind >= kOutputBelowSix && !(behind < 6)) expected_d[i] = 0;
        expected_sum[i % n] += expected_d[i];
        const float share = expected_d[i] * x[i];
        expected_product[i % n] += share;
        expected_low[i % n] = std::min(expected_low[i % n], expected_d[i]);
        expected_high[i % n] = std::max(expected_high[i % n], expected_d[i]);
      }
      GradientMask mask;
      mask.below_six = kind >= kOutputBelowSix;
      if (kind == kOutput || kind == kOutputBelowSix)
        mask.output = output.data();
      else if (kind != kNone)
        mask.slope = slope.data(), mask.offset = offset.data();
      loops.gradient_lanes(d.data(), x.data(), block.rows, block.row_size, mask,
                           {sum.data(), product.data(), low.data(), high.data()});
      CHECK(d == expected_d);
      CHECK(sum == expected_sum);
      CHECK(product == expected_product);
      CHECK(low == expected_low);
      CHECK(high == expected_high);
    });
}

TEST_CASE("norm: the input gradient rounds both products and both sums") {
  for_all([](const NormKernels& loops, Block block, Values values) {
    const auto n = static_cast<std::size_t>(block.row_size);
    const std::vector<float> d = values(block.size()), x = values(block.size());
    const std::vector<float> slope = values(n), factor = values(n), offset = values(n);
    std::vector<float> out(x.size()), expected(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const float first = d[i] * slope[i % n], second = x[i] * factor[i % n];
      const float both = first + second;
      expected[i] = both + offset[i % n];
    }
    loops.input_gradient(d.data(), x.data(), block.rows, block.row_size, slope.data(), factor.data(), offset.data(),
                         out.data());
    CHECK(out == expected);
  });
}

}  // namespace
}  // namespace ampa::kernels
