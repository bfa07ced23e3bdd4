#include "gemm/cpu_backend.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <string>

#include "gemm/every_set.h"
#include "gemm/random_job.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"

namespace ampa::gemm {
namespace {

using testing::EverySet;
using testing::Fill;
using testing::OwnedJob;
using testing::Random;

TEST_CASE("cpu backend equals the reference on random convolutions") {
  EverySet sets;
  Random random(1);
  for (int i = 0; i < 700; ++i) sets.check_equal(testing::random_convolution(random).job);
}

TEST_CASE("cpu backend equals the reference on random weight gradients") {
  EverySet sets;
  Random random(2);
  for (int i = 0; i < 700; ++i) sets.check_equal(testing::random_weight_gradient(random).job);
}

TEST_CASE("cpu backend equals the reference on weight gradients between grids of one width") {
  EverySet sets;
  Random random(12);
  for (int i = 0; i < 200; ++i) sets.check_equal(testing::random_weight_gradient_on_grids(random).job);
}

TEST_CASE("cpu backend equals the reference on windows of any kind") {
  EverySet sets;
  Random random(3);
  for (int i = 0; i < 1500; ++i) sets.check_equal(testing::random_mixture(random).job);
}

TEST_CASE("cpu backend hands out the sums of convolutions by rows, and of no weight gradient") {
  ThreadPool pool(2);
  Random random(10);
  const RowSums nothing = [](std::int64_t, std::int64_t, const std::int32_t*) {};
  OwnedJob owned = testing::matrix_job({8, false}, {8, true}, 3, 2, 4, random, Fill::kUniform, Fill::kUniform);
  CHECK(CpuBackend(pool).run_by_rows(owned.job, nothing));
  CHECK_FALSE(ReferenceBackend().run_by_rows(owned.job, nothing));
  CHECK_FALSE(CpuBackend(pool).run_by_rows(testing::random_weight_gradient(random).job, nothing));
}

// Takes minutes: ctest -L long.
TEST_CASE("cpu backend equals the reference on 40,000 random jobs", "[.long]") {
  EverySet sets;
  Random random(11);
  for (int i = 0; i < 10000; ++i) {
    sets.check_equal(testing::random_convolution(random).job);
    sets.check_equal(testing::random_weight_gradient(random).job);
    sets.check_equal(testing::random_weight_gradient_on_grids(random).job);
    sets.check_equal(testing::random_mixture(random).job);
  }
}

TEST_CASE("cpu backend equals the reference for every pair of formats") {
  EverySet sets;
  Random random(4);
  for (Bits bits_a = kMinOperandBits; bits_a <= kMaxBits; ++bits_a)
    for (Bits bits_b = kMinOperandBits; bits_b <= kMaxBits; ++bits_b)
      for (const bool signed_a : {false, true})
        for (const bool signed_b : {false, true})
          for (const Fill fill : {Fill::kUniform, Fill::kLowest, Fill::kHighest})
            sets.check_equal(
                testing::matrix_job({bits_a, signed_a}, {bits_b, signed_b}, 9, 17, 30, random, fill, fill).job);
}

TEST_CASE("cpu backend on dilated grids and strided windows of tensors") {
  EverySet sets;
  Random random(5);
  for (const std::int64_t dilation : {1, 2}) {
    CodeTensor gradients, weights;
    resize_on_grid(gradients, {8, true}, 0, 3, 4, 4, 5, 9, 10, 2, 1, dilation);
    for (std::int64_t image = 0; image < 3; ++image)
      for (std::int64_t y = 0; y < 4; ++y)
        for (std::int64_t x = 0; x < 4; ++x)
          for (std::int64_t c = 0; c < 5; ++c)
            gradients.bytes[static_cast<std::size_t>(gradients.offset(image, y, x) + c)] =
                static_cast<std::uint8_t>(random.between(-127, 127));
    resize(weights, {8, true}, 0, 7, 1, 1, 45);
    testing::fill(weights, random, Fill::kUniform);
    GemmJob job;
    job.a.tensor = &gradients;
    job.a.kernel_height = job.a.kernel_width = 3;
    job.a.out_height = 7;
    job.a.out_width = 8;
    job.b = whole(weights);
    job.pass = Pass::kDataGradient;
    sets.check_equal(job);
  }
}

// All codes at their limits: the sum is depth times the product, which the reference need not be asked for.
void check_constant(EverySet& sets, CodeFormat a, CodeFormat b, std::int64_t k, bool lowest_a, bool lowest_b,
                    bool transposed) {
  const std::int64_t m = 3, n = 2;
  Random random(6);
  OwnedJob owned;
  owned.a = testing::make_tensor(a, transposed ? k : m, 1, 1, transposed ? m : k, random,
                                 lowest_a ? Fill::kLowest : Fill::kHighest);
  owned.b = testing::make_tensor(b, transposed ? k : n, 1, 1, transposed ? n : k, random,
                                 lowest_b ? Fill::kLowest : Fill::kHighest);
  owned.job.a = whole(*owned.a, transposed);
  owned.job.b = whole(*owned.b, transposed);
  const std::int64_t code_a = lowest_a ? a.min_code() : a.max_code();
  const std::int64_t code_b = lowest_b ? b.min_code() : b.max_code();
  Accumulators expected;
  reset(expected, owned.job.shape());
  std::fill(expected.narrow.begin(), expected.narrow.end(), static_cast<std::int32_t>(k * code_a * code_b));
  std::fill(expected.wide.begin(), expected.wide.end(), k * code_a * code_b);
  sets.check_all(owned.job, expected);
}

TEST_CASE("sums at the bound of 32 bits are exact and sums above it are wide") {
  EverySet sets;
  const CodeFormat formats[] = {{8, true}, {8, false}};
  for (const CodeFormat a : formats)
    for (const CodeFormat b : formats) {
      const std::int64_t bound = numerics::max_accumulator_depth(a, b);
      for (const std::int64_t k : {bound, bound + 1})
        for (const bool transposed : {false, true})
          for (const bool lowest_a : {false, true})
            for (const bool lowest_b : {false, true}) check_constant(sets, a, b, k, lowest_a, lowest_b, transposed);
    }
}

TEST_CASE("the weight gradient of a large batch exceeds 32 bits and is exact") {
  // 130 images of 32 x 32 positions, all codes 255 and -128: -4.3e9 in every sum.
  EverySet sets;
  Random random(7);
  const auto gradients = testing::make_tensor({8, true}, 130, 32, 32, 2, random, Fill::kLowest);
  const auto activations = testing::make_tensor({8, false}, 130, 32, 34, 1, random, Fill::kHighest);
  GemmJob job;
  job.a.tensor = gradients.get();
  job.b.tensor = activations.get();
  job.a.transposed = job.b.transposed = true;
  job.a.out_height = job.b.out_height = job.a.out_width = job.b.out_width = 32;
  job.b.kernel_width = 3;
  Accumulators expected;
  reset(expected, job.shape());
  REQUIRE(expected.is_wide());
  std::fill(expected.wide.begin(), expected.wide.end(), std::int64_t{130} * 1024 * 255 * -128);
  sets.check_all(job, expected);
}

TEST_CASE("layers of common size equal the reference") {
  EverySet sets;
  Random random(8);
  for (const std::int64_t channels : {16, 32}) {
    OwnedJob owned;
    Operand& a = owned.job.a;
    a.kernel_height = a.kernel_width = 3;
    a.out_height = a.out_width = 8;
    owned.a = testing::make_tensor({8, false}, 4, 10, 10, channels, random, Fill::kUniform);
    a.tensor = owned.a.get();
    owned.b = testing::make_tensor({8, true}, channels, 1, 1, 9 * channels, random, Fill::kUniform);
    owned.job.b = whole(*owned.b);
    sets.check_equal(owned.job);

    GemmJob wgrad;
    const auto gradients = testing::make_tensor({8, true}, 4, 8, 8, channels, random, Fill::kUniform);
    wgrad.a = whole(*gradients, true);
    wgrad.b = a;
    wgrad.b.transposed = true;
    sets.check_equal(wgrad);
  }
  sets.check_equal(testing::matrix_job({8, false}, {8, true}, 33, 65, 700, random, Fill::kUniform, Fill::kUniform).job);
}

TEST_CASE("cpu backend refuses jobs that break the contract") {
  ThreadPool pool(1);
  Random random(9);
  OwnedJob owned = testing::matrix_job({8, true}, {8, true}, 2, 2, 4, random, Fill::kUniform, Fill::kUniform);
  owned.job.b.transposed = true;
  Accumulators out;
  CHECK_THROWS_WITH(CpuBackend(pool).run(owned.job, out), Catch::Contains("operands of one depth, found 4 and 2"));
}

}  // namespace
}  // namespace ampa::gemm
