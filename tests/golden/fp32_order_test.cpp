// Rules of NUMERICS.md about the order of FP32 sums, against plain loops.
#include <catch2/catch.hpp>
#include <cmath>

#include "../numerics/samples.h"
#include "ir/builder.h"
#include "kernels/fp32_conv.h"
#include "kernels/kernels.h"
#include "objectives/cross_entropy.h"
#include "ops/op.h"

namespace ampa {
namespace {

using numerics::Samples;

std::vector<float> floats(Samples& samples, std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(samples.uniform(-1, 1));
  return values;
}

float patch_value(const kernels::Fp32Window& window, std::int64_t row, std::int64_t k) {
  const std::int64_t x = row % window.out_width, y = row / window.out_width % window.out_height;
  const std::int64_t image = row / window.out_width / window.out_height;
  const std::int64_t c = k % window.channels, kx = k / window.channels % window.kernel_width;
  const std::int64_t ky = k / window.channels / window.kernel_width;
  const std::int64_t grid_y = y * window.stride + ky, grid_x = x * window.stride + kx;
  return window.grid[((image * window.grid_height + grid_y) * window.grid_width + grid_x) * window.channels + c];
}

struct Case {
  std::vector<float> grid;
  kernels::Fp32Window window;
};

Case random_window(Samples& samples) {
  Case result;
  kernels::Fp32Window& window = result.window;
  window.images = samples.integer(1, 5);
  window.channels = samples.integer(1, 19);
  window.kernel_height = window.kernel_width = samples.integer(1, 3);
  window.stride = samples.integer(1, 2);
  window.out_height = samples.integer(1, 7);
  window.out_width = samples.integer(1, 7);
  window.grid_height = (window.out_height - 1) * window.stride + window.kernel_height;
  window.grid_width = (window.out_width - 1) * window.stride + window.kernel_width;
  result.grid = floats(samples, window.images * window.grid_height * window.grid_width * window.channels);
  result.grid.resize(result.grid.size() + 64);  // room for vector reads
  window.grid = result.grid.data();
  return result;
}

ir::Tensor random_tensor(Samples& samples, std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
  ir::Tensor tensor;
  tensor.resize(n, h, w, c);
  for (Eigen::Index i = 0; i < tensor.values.size(); ++i) tensor.values[i] = samples.uniform(-1, 3);
  return tensor;
}

}  // namespace

TEST_CASE("T1 T5: products of patches add in ascending depth") {
  Samples samples(50);
  for (int round = 0; round < 60; ++round) {
    const Case test = random_window(samples);
    const kernels::Fp32Window& window = test.window;
    const std::int64_t cols = samples.integer(1, 37);
    const std::vector<float> b = floats(samples, cols * window.depth());
    std::vector<float> expected;
    for (std::int64_t row = 0; row < window.rows(); ++row)
      for (std::int64_t col = 0; col < cols; ++col) {
        float sum = 0;
        for (std::int64_t k = 0; k < window.depth(); ++k) {
          const float product = patch_value(window, row, k) * b[static_cast<std::size_t>(col * window.depth() + k)];
          sum += product;
        }
        expected.push_back(sum);
      }
    for (const std::string& name : kernels::available())
      for (const int num_threads : {1, 3}) {
        kernels::select(name);
        ThreadPool threads(num_threads);
        std::vector<float> out(expected.size());
        kernels::fp32_patches_times(window, b.data(), cols, out.data(), threads);
        REQUIRE(out == expected);
      }
  }
  kernels::select("auto");
}

TEST_CASE("T2 T5: transposed products add in ascending positions, then images") {
  Samples samples(51);
  for (int round = 0; round < 60; ++round) {
    const Case test = random_window(samples);
    const kernels::Fp32Window& window = test.window;
    const std::int64_t num_rows = samples.integer(1, 21), positions = window.out_height * window.out_width;
    const std::vector<float> g = floats(samples, window.rows() * num_rows);
    std::vector<float> expected;
    for (std::int64_t m = 0; m < num_rows; ++m)
      for (std::int64_t k = 0; k < window.depth(); ++k) {
        float total = 0;
        for (std::int64_t image = 0; image < window.images; ++image) {
          float sum = 0;
          for (std::int64_t row = image * positions; row < (image + 1) * positions; ++row) {
            const float product = g[static_cast<std::size_t>(row * num_rows + m)] * patch_value(window, row, k);
            sum += product;
          }
          total += sum;
        }
        expected.push_back(total);
      }
    for (const std::string& name : kernels::available())
      for (const int num_threads : {1, 3}) {
        kernels::select(name);
        ThreadPool threads(num_threads);
        std::vector<float> out(expected.size());
        kernels::fp32_transposed_times_patches(g.data(), num_rows, window, out.data(), threads);
        REQUIRE(out == expected);
      }
  }
  kernels::select("auto");
}

TEST_CASE("T3 T5: batch statistics add over rows, lanes and images") {
  Samples samples(52);
  const ir::Tensor x = random_tensor(samples, 5, 4, 3, 6);
  std::vector<float> expected(static_cast<std::size_t>(x.size()));
  for (std::int64_t c = 0; c < x.channels; ++c) {
    double total = 0, total_squares = 0;
    for (std::int64_t image = 0; image < x.images; ++image) {
      double sum = 0, squares = 0;
      for (std::int64_t column = 0; column < x.width; ++column) {
        float lane = 0, square_lane = 0;
        for (std::int64_t row = 0; row < x.height; ++row) {
          const float value = x.image(image)[(row * x.width + column) * x.channels + c];
          lane += value;
          const float square = value * value;
          square_lane += square;
        }
        sum += static_cast<double>(lane);
        squares += static_cast<double>(square_lane);
      }
      total += sum;
      total_squares += squares;
    }
    const double count = 5 * 4 * 3;
    const double mean = total / count;
    const double slope = 1 / std::sqrt(std::max(total_squares / count - mean * mean, 0.0) + 1e-5);
    const auto offset = static_cast<float>(0 - mean * slope);
    for (std::int64_t i = c; i < x.size(); i += x.channels) {
      const float scaled = x.values[i] * static_cast<float>(slope);
      expected[static_cast<std::size_t>(i)] = scaled + offset;
    }
  }
  for (const int num_threads : {1, 2, 7}) {
    ThreadPool threads(num_threads);
    ir::StepContext context;
    context.threads = &threads;
    const ir::Shape shape{x.channels, x.height, x.width};
    ir::Builder builder(ir::Arithmetic::kFp32);
    const ir::ValueId input = builder.input(shape);
    ir::Program program =
        builder.finish(ops::kBatchNorm.expand({"bn", "batch_norm", {-1}, shape, shape}, {input}, builder), true);
    const ir::Tensor& out = program.forward(x, context);
    for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(out.values[static_cast<Eigen::Index>(i)] == expected[i]);
  }
}

TEST_CASE("T4: the loss of a batch adds its images in ascending order") {
  Samples samples(53);
  const ir::Tensor logits = random_tensor(samples, 40, 1, 1, 10);
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 40; ++i) labels.push_back(static_cast<std::uint8_t>(samples.integer(0, 9)));
  double expected = 0;
  for (std::int64_t image = 0; image < 40; ++image) {
    ir::Tensor one;
    one.resize(1, 1, 1, 10);
    one.values = ir::image_array(logits, image);
    expected += objectives::softmax_cross_entropy(one, &labels[static_cast<std::size_t>(image)], nullptr).loss_sum;
  }
  CHECK(objectives::softmax_cross_entropy(logits, labels.data(), nullptr).loss_sum == expected);
}

}  // namespace ampa
