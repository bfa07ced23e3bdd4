#include "kernels/fp32_conv.h"

#include <catch2/catch.hpp>

#include "kernels/float_samples.h"
#include "kernels/kernels.h"

namespace ampa::kernels {
namespace {

float patch_element(const Fp32Window& w, std::int64_t row, std::int64_t k) {
  const std::int64_t x = row % w.out_width, y = row / w.out_width % w.out_height,
                     image = row / w.out_width / w.out_height;
  const std::int64_t c = k % w.channels, kx = k / w.channels % w.kernel_width, ky = k / w.channels / w.kernel_width;
  return w.grid[((image * w.grid_height + y * w.stride + ky) * w.grid_width + x * w.stride + kx) * w.channels + c];
}

// The documented order, one rounding a product and one a sum.
std::vector<float> expected_patches_times(const Fp32Window& w, const std::vector<float>& b, std::int64_t num_cols) {
  std::vector<float> out;
  for (std::int64_t row = 0; row < w.rows(); ++row)
    for (std::int64_t n = 0; n < num_cols; ++n) {
      float sum = 0;
      for (std::int64_t k = 0; k < w.depth(); ++k) {
        const float product = patch_element(w, row, k) * b[static_cast<std::size_t>(n * w.depth() + k)];
        sum += product;
      }
      out.push_back(sum);
    }
  return out;
}

std::vector<float> expected_transposed(const std::vector<float>& g, std::int64_t num_rows, const Fp32Window& w) {
  const std::int64_t positions = w.out_height * w.out_width;
  std::vector<float> out;
  for (std::int64_t m = 0; m < num_rows; ++m)
    for (std::int64_t k = 0; k < w.depth(); ++k) {
      float total = 0;
      for (std::int64_t image = 0; image < w.images; ++image) {
        float sum = 0;
        for (std::int64_t row = image * positions; row < (image + 1) * positions; ++row) {
          const float product = g[static_cast<std::size_t>(row * num_rows + m)] * patch_element(w, row, k);
          sum += product;
        }
        total += sum;
      }
      out.push_back(total);
    }
  return out;
}

// Bits, so that -0 and 0 are told apart.
std::vector<std::uint32_t> bits(const std::vector<float>& x) {
  std::vector<std::uint32_t> all;
  for (const float value : x) all.push_back(testing::bits_of(value));
  return all;
}

struct Case {
  std::vector<float> grid;
  Fp32Window window;
  std::int64_t cols = 0;
};

Case random_case(std::mt19937& random) {
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Case c;
  Fp32Window& w = c.window;
  const bool linear = between(0, 3) == 0, tokens = !linear && between(0, 3) == 0;
  w.images = between(1, 40);
  w.channels = linear ? between(1, 150) : between(1, 20);
  w.kernel_height = linear ? 1 : between(1, 3);
  w.kernel_width = linear ? 1 : between(1, 3);
  w.stride = between(1, 2);
  w.out_height = linear ? 1 : between(1, 4);
  w.out_width = linear ? 1 : between(1, 6);
  w.grid_height = (w.out_height - 1) * w.stride + w.kernel_height + between(0, 1);
  w.grid_width = (w.out_width - 1) * w.stride + w.kernel_width + between(0, 1);
  c.cols = between(1, 40);
  if (tokens) {  // 1 x 1 windows of all positions; a depth in pieces, columns in several parts
    w.images = between(1, 5);
    w.kernel_height = w.kernel_width = w.stride = w.out_width = w.grid_width = 1;
    w.out_height = w.grid_height = between(2, 9);
    w.channels = between(0, 2) == 0 ? between(1025, 1600) : between(1, 90);
    c.cols = between(0, 3) == 0 && w.channels < 100 ? between(1025, 1100) : between(1, 140);
  }
  const auto size = static_cast<std::size_t>(w.images * w.grid_height * w.grid_width * w.channels);
  c.grid = testing::finite_floats(size, 2.0f, 0.25f, false, random());
  w.grid = c.grid.data();
  return c;
}

TEST_CASE("fp32 products have the bits of the documented order on every instruction set and number of threads") {
  std::mt19937 random(11);
  ThreadPool one(1), two(2), three(3);
  for (int i = 0; i < 60; ++i) {
    const Case c = random_case(random);
    const Fp32Window& w = c.window;
    const auto b = testing::finite_floats(static_cast<std::size_t>(c.cols * w.depth()), 1.0f, 0.1f, false, random());
    const auto g = testing::finite_floats(static_cast<std::size_t>(c.cols * w.rows()), 1.0f, 0.1f, false, random());
    const auto expected_product = bits(expected_patches_times(w, b, c.cols));
    const auto expected_sums = bits(expected_transposed(g, c.cols, w));
    for (const std::string& name : available()) {
      select(name);
      for (ThreadPool* pool : {&one, &two, &three}) {
        INFO(name << ", " << pool->num_threads() << " threads, case " << i);
        std::vector<float> product(expected_product.size(), 9.0f), sums(expected_sums.size(), 9.0f);
        fp32_patches_times(w, b.data(), c.cols, product.data(), *pool);
        REQUIRE(bits(product) == expected_product);
        fp32_transposed_times_patches(g.data(), c.cols, w, sums.data(), *pool);
        REQUIRE(bits(sums) == expected_sums);
      }
    }
  }
  select("auto");
}

TEST_CASE("fp32 products keep denormals and cancel exactly") {
  ThreadPool pool(1);
  const std::vector<float> grid{0x1p-126f, 0x1p-130f, -0x1p-130f, -0.0f};
  const std::vector<float> b{0x1p-20f, 1.0f, 1.0f, 1.0f};
  const Fp32Window window{grid.data(), 1, 1, 1, 4};
  for (const std::string& name : available()) {
    select(name);
    INFO(name);
    float product = 9, sums[4] = {9, 9, 9, 9};
    fp32_patches_times(window, b.data(), 1, &product, pool);
    CHECK(product == 0x1p-146f);
    const float g = -1.0f;
    fp32_transposed_times_patches(&g, 1, window, sums, pool);
    CHECK(sums[0] == -0x1p-126f);
    CHECK(testing::bits_of(sums[3]) == 0u);  // 0 + (-1) * (-0)
  }
  select("auto");
}

}  // namespace
}  // namespace ampa::kernels
