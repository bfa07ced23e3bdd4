// Jobs of random shapes, widths, signedness, windows and codes for property tests.
#pragma once

#include <algorithm>
#include <memory>
#include <random>

#include "gemm/gemm_job.h"

namespace ampa::gemm::testing {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return between(0, 1) == 1; }

 private:
  std::mt19937_64 engine_;
};

enum class Fill { kUniform, kLowest, kHighest, kExtremes };

inline CodeFormat random_format(Random& random) {
  return {static_cast<Bits>(random.between(kMinOperandBits, kMaxBits)), random.coin()};
}

// Fills the whole grid, borders included: backends read raw codes and do not know which are padding. The bytes behind
// the last code, which may be read but must not count, get a value of their own.
inline void fill(CodeTensor& tensor, Random& random, Fill how) {
  for (std::uint8_t& byte : tensor.bytes) {
    const bool high = how == Fill::kHighest || (how == Fill::kExtremes && random.coin());
    byte = static_cast<std::uint8_t>(how == Fill::kUniform ? tensor.format.code_at(static_cast<std::int32_t>(
                                                                 random.between(0, tensor.format.num_codes() - 1)))
                                     : high                ? tensor.format.max_code()
                                                           : tensor.format.min_code());
  }
  std::fill(tensor.bytes.end() - CodeTensor::kReadPadding, tensor.bytes.end(), std::uint8_t{0xA5});
}

inline std::unique_ptr<CodeTensor> make_tensor(CodeFormat format, std::int64_t images, std::int64_t grid_height,
                                               std::int64_t grid_width, std::int64_t channels, Random& random,
                                               Fill how) {
  auto tensor = std::make_unique<CodeTensor>();
  resize(*tensor, format, 0, images, grid_height, grid_width, channels);
  fill(*tensor, random, how);
  return tensor;
}

// A job and the tensors it reads.
struct OwnedJob {
  std::unique_ptr<CodeTensor> a, b;
  GemmJob job;
};

// A window of random kernel, stride and origin over a grid with room for it.
inline std::unique_ptr<CodeTensor> random_window(Operand& operand, CodeFormat format, std::int64_t images,
                                                 std::int64_t channels, Random& random, Fill how) {
  operand.origin_y = random.between(0, 2);
  operand.origin_x = random.between(0, 2);
  const std::int64_t height = operand.origin_y + (operand.out_height - 1) * operand.stride.y +
                              window_extent(operand.kernel_height, operand.dilation.y);
  const std::int64_t width = operand.origin_x + (operand.out_width - 1) * operand.stride.x +
                             window_extent(operand.kernel_width, operand.dilation.x);
  auto tensor =
      make_tensor(format, images, height + random.between(0, 2), width + random.between(0, 2), channels, random, how);
  operand.tensor = tensor.get();
  return tensor;
}

inline Fill random_fill(Random& random) {
  return random.between(0, 3) == 0 ? static_cast<Fill>(random.between(1, 3)) : Fill::kUniform;
}

// Patches times a matrix: fwd and dgrad.
inline OwnedJob random_convolution(Random& random) {
  OwnedJob owned;
  Operand& a = owned.job.a;
  a.kernel_height = random.between(1, 3);
  a.kernel_width = random.between(1, 3);
  a.stride = random.between(1, 3);
  a.out_height = random.between(1, 5);
  a.out_width = random.between(1, 11);
  const std::int64_t channels = random.between(1, 21);
  const std::int64_t cols = random.between(1, random.between(0, 9) == 0 ? 150 : 50);
  owned.a = random_window(a, random_format(random), random.between(1, 3), channels, random, random_fill(random));
  const bool transposed = random.between(0, 4) == 0;
  const std::int64_t k = a.patch_size();
  owned.b = make_tensor(random_format(random), transposed ? k : cols, 1, 1, transposed ? cols : k, random,
                        random_fill(random));
  owned.job.b = whole(*owned.b, transposed);
  return owned;
}

// Sums over positions: wgrad.
inline OwnedJob random_weight_gradient(Random& random) {
  OwnedJob owned;
  Operand &a = owned.job.a, &b = owned.job.b;
  const bool linear = random.between(0, 3) == 0;
  a.transposed = b.transposed = true;
  a.out_height = b.out_height = linear ? 1 : random.between(1, 5);
  a.out_width = b.out_width = linear ? 1 : random.between(1, 11);
  b.kernel_height = random.between(1, 3);
  b.kernel_width = random.between(1, 3);
  b.stride = random.between(1, 3);
  const std::int64_t images = linear ? random.between(1, 40) : random.between(1, 20);
  const bool usual = random.coin();
  const CodeFormat g_format = usual ? CodeFormat{8, true} : random_format(random);
  const CodeFormat x_format = usual ? CodeFormat{8, false} : random_format(random);
  owned.a = random_window(a, g_format, images, random.between(1, 20), random, random_fill(random));
  owned.b = random_window(b, x_format, images, random.between(1, 9), random, random_fill(random));
  return owned;
}

// The weight gradient of a convolution as the layers state it: gradients on a dilated grid of zeros as wide as that of
// the activations.
inline OwnedJob random_weight_gradient_on_grids(Random& random) {
  OwnedJob owned;
  Operand &a = owned.job.a, &b = owned.job.b;
  a.transposed = b.transposed = true;
  a.stride = b.stride = random.between(0, 3) == 0 ? 2 : 1;
  a.out_height = b.out_height = random.between(1, 7);
  a.out_width = b.out_width = random.between(1, 19);
  b.kernel_height = random.between(1, 3);
  b.kernel_width = random.between(1, 5);
  const std::int64_t images = random.between(1, 9);
  const bool usual = random.coin();
  owned.b = random_window(b, usual ? CodeFormat{8, false} : random_format(random), images, random.between(1, 40),
                          random, random_fill(random));
  const std::int64_t width = owned.b->grid_width;
  a.origin_y = random.between(0, 2);
  a.origin_x = random.between(0, width - 1 - (a.out_width - 1) * a.stride.x);
  const CodeFormat format{usual ? 8 : static_cast<Bits>(random.between(2, kMaxBits)), true};
  owned.a = std::make_unique<CodeTensor>();
  CodeTensor& g = *owned.a;
  resize_on_grid(g, format, 0, images, a.out_height, a.out_width, random.between(1, 40),
                 a.origin_y + (a.out_height - 1) * a.stride.y + random.between(1, 3), width, a.origin_y, a.origin_x,
                 a.stride);
  const auto codes = make_tensor(format, images, g.height, g.width, g.channels, random, random_fill(random));
  for (std::int64_t image = 0; image < images; ++image)
    for (std::int64_t y = 0; y < g.height; ++y)
      for (std::int64_t x = 0; x < g.width; ++x)
        std::copy_n(codes->bytes.begin() + codes->offset(image, y, x), g.channels,
                    g.bytes.begin() + g.offset(image, y, x));
  a.tensor = &g;
  return owned;
}

// Windows on both sides, of the same depth but cut differently.
inline OwnedJob random_mixture(Random& random) {
  OwnedJob owned;
  const auto window = [&](Operand& operand, std::int64_t depth) {
    operand.transposed = random.coin();
    std::int64_t images = random.between(1, 3), channels = random.between(1, 4);
    if (operand.transposed) {
      operand.kernel_height = random.between(1, 3);
      operand.kernel_width = random.between(1, 2);
      operand.out_width = depth % 3 == 0 ? 3 : 1;
      operand.out_height = depth % 2 == 0 ? 2 : 1;
      images = depth / operand.out_width / operand.out_height;
    } else {
      operand.out_height = random.between(1, 3);
      operand.out_width = random.between(1, 4);
      operand.kernel_width = depth % 3 == 0 ? 3 : 1;
      operand.kernel_height = depth % 2 == 0 ? 2 : 1;
      channels = depth / operand.kernel_width / operand.kernel_height;
    }
    operand.stride = random.between(1, 2);
    return random_window(operand, random_format(random), images, channels, random, random_fill(random));
  };
  const std::int64_t depth = random.between(1, 60);
  owned.a = window(owned.job.a, depth);
  owned.b = window(owned.job.b, depth);
  return owned;
}

// A rows x depth matrix times a cols x depth one.
inline OwnedJob matrix_job(CodeFormat a, CodeFormat b, std::int64_t m, std::int64_t n, std::int64_t k, Random& random,
                           Fill fill_a, Fill fill_b) {
  OwnedJob owned;
  owned.a = make_tensor(a, m, 1, 1, k, random, fill_a);
  owned.b = make_tensor(b, n, 1, 1, k, random, fill_b);
  owned.job.a = whole(*owned.a);
  owned.job.b = whole(*owned.b);
  return owned;
}

}  // namespace ampa::gemm::testing
