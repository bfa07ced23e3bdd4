// Jobs whose right operand has two levels, which the CPU backend computes by counting bits.
#include "gemm/cpu_binary.h"

#include "every_set.h"
#include "random_job.h"

namespace ampa::gemm {
namespace {

using testing::EverySet;
using testing::Fill;
using testing::OwnedJob;
using testing::Random;

constexpr CodeFormat kTwoLevel{1, true};

// The formats of a training step of one bit on the left: activations, gradients of 2 to 8 bits; else any.
CodeFormat left_format(Random& random) {
  switch (random.between(0, 3)) {
    case 0:
      return kTwoLevel;
    case 1:
      return {static_cast<Bits>(2 << random.between(0, 2)), true};
    default:
      return testing::random_format(random);
  }
}

// Channels around the ends of bytes, words and blocks of columns.
std::int64_t size_around_ends(Random& random) {
  static constexpr std::int64_t kEnds[] = {1, 8, 16, 32, 48, 64, 96};
  return std::max<std::int64_t>(1, kEnds[random.between(0, 6)] + random.between(-1, 1));
}

OwnedJob convolution(Random& random) {
  OwnedJob owned;
  Operand& a = owned.job.a;
  a.kernel_height = random.between(1, 3);
  a.kernel_width = random.between(1, 3);
  a.stride = random.between(1, 2);
  a.out_height = random.between(1, 5);
  a.out_width = random.between(1, 19);
  owned.a = testing::random_window(a, left_format(random), random.between(1, 3), size_around_ends(random), random,
                                   testing::random_fill(random));
  const bool transposed = random.between(0, 4) == 0;
  const std::int64_t k = a.patch_size(), cols = random.between(1, 40);
  owned.b = testing::make_tensor(kTwoLevel, transposed ? k : cols, 1, 1, transposed ? cols : k, random,
                                 testing::random_fill(random));
  owned.job.b = whole(*owned.b, transposed);
  return owned;
}

OwnedJob weight_gradient(Random& random) {
  OwnedJob owned;
  Operand &a = owned.job.a, &b = owned.job.b;
  a.transposed = b.transposed = true;
  a.stride = random.between(1, 2);
  b.stride = random.between(1, 2);
  a.out_height = b.out_height = random.between(1, 5);
  a.out_width = b.out_width = random.between(1, 19);
  b.kernel_height = random.between(1, 3);
  b.kernel_width = random.between(1, 3);
  const std::int64_t images = random.between(1, 5);
  owned.a = testing::random_window(a, left_format(random), images, random.between(1, 40), random,
                                   testing::random_fill(random));
  owned.b =
      testing::random_window(b, kTwoLevel, images, size_around_ends(random), random, testing::random_fill(random));
  return owned;
}

void check_random_jobs(std::uint64_t seed, int pairs) {
  EverySet sets;
  Random random(seed);
  int counted = 0;
  for (int i = 0; i < pairs; ++i) {
    const OwnedJob patches = convolution(random), positions = weight_gradient(random);
    counted +=
        static_cast<int>(cpu::can_run_binary(patches.job)) + static_cast<int>(cpu::can_run_binary(positions.job));
    sets.check_equal(patches.job);
    sets.check_equal(positions.job);
  }
  CHECK(counted == 2 * pairs);
}

}  // namespace

TEST_CASE("X4: random jobs with a two-level operand have the reference's sums on every instruction set") {
  check_random_jobs(11, 30);
}

TEST_CASE("X4: the same for thousands of jobs", "[.long]") {
  check_random_jobs(14, 2000);
}

TEST_CASE("X4: a two-level operand against every code of every format, and depths of several pieces") {
  EverySet sets;
  Random random(12);
  for (Bits bits = kMinOperandBits; bits <= kMaxBits; ++bits)
    for (const bool is_signed : {false, true})
      for (const Fill fill : {Fill::kUniform, Fill::kLowest, Fill::kHighest, Fill::kExtremes})
        for (const Fill levels : {Fill::kUniform, Fill::kLowest, Fill::kHighest}) {
          const std::int64_t depth = fill == Fill::kExtremes ? 65 : 31;
          sets.check_equal(testing::matrix_job({bits, is_signed}, kTwoLevel, 9, 17, depth, random, fill, levels).job);
        }
  for (const CodeFormat format : {kTwoLevel, CodeFormat{4, true}}) {
    const auto gradients = testing::make_tensor(format, 4, 50, 50, 17, random, Fill::kUniform);
    const auto activations = testing::make_tensor(kTwoLevel, 4, 50, 51, 3, random, Fill::kUniform);
    GemmJob job;
    job.a = whole(*gradients, true);
    job.b = whole(*activations, true);
    job.b.out_width = 50;
    job.b.kernel_width = 2;
    REQUIRE(cpu::can_run_binary(job));
    sets.check_equal(job);
  }
}

TEST_CASE("X4: sums of two levels at the ends of the accumulator are exact") {
  EverySet sets;
  Random random(13);
  const std::int64_t k = numerics::max_accumulator_depth({8, false}, kTwoLevel) / 64;
  for (const Fill levels : {Fill::kLowest, Fill::kHighest})
    for (const bool is_signed : {false, true}) {
      const OwnedJob owned = testing::matrix_job({8, is_signed}, kTwoLevel, 2, 2, k, random,
                                                 is_signed ? Fill::kLowest : Fill::kHighest, levels);
      REQUIRE(cpu::can_run_binary(owned.job));
      Accumulators expected;
      reset(expected, owned.job.shape());
      const std::int64_t sum = k * (is_signed ? -128 : 255) * (levels == Fill::kLowest ? -1 : 1);
      std::fill(expected.narrow.begin(), expected.narrow.end(), static_cast<std::int32_t>(sum));
      sets.check_all(owned.job, expected);
    }
}

}  // namespace ampa::gemm
