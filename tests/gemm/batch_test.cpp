// Jobs of several GEMMs: the groups of a convolution, and windows of images and channels.
#include <catch2/catch.hpp>

#include "gemm/every_set.h"
#include "gemm/random_groups.h"
#include "gemm/zero_point.h"

namespace ampa::gemm {
namespace {

using testing::Convolution;
using testing::OwnedJob;
using testing::Random;

constexpr Pass kPasses[] = {Pass::kForward, Pass::kDataGradient, Pass::kWeightGradient};

void check_sums(const GemmJob& job, const Convolution& conv) {
  const Convolution::Results results = conv.results();
  Accumulators raw;
  ReferenceBackend().run(job, raw);
  const ZeroPointCorrection correction = zero_point_correction(job);
  REQUIRE(raw.rows == job.batch() * job.m());
  for (std::int64_t group = 0; group < job.batch(); ++group)
    for (std::int64_t m = 0; m < job.m(); ++m)
      for (std::int64_t n = 0; n < job.n(); ++n) {
        const std::int64_t row = group * job.m() + m, col = group * job.n() + n;
        const std::int64_t of_row = correction.row.empty() ? 0 : correction.row[static_cast<std::size_t>(row)];
        const std::int64_t of_col = correction.col.empty() ? 0 : correction.col[static_cast<std::size_t>(col)];
        REQUIRE(raw.at(row, n) - of_row - of_col == conv.expected(results, job.pass, group, m, n));
      }
}

TEST_CASE("convolutions in groups with unequal sides: three passes by their definition, on every instruction set") {
  testing::EverySet sets;
  Random random(31);
  const auto bits = [&] { return static_cast<Bits>(random.between(2, 8)); };
  for (int i = 0; i < 120; ++i) {
    const ConvShape shape = testing::random_groups(random);
    INFO(testing::shown(shape));
    Convolution conv(shape);
    const ConvFormats formats{{bits(), false}, {bits(), true}, {bits(), true}};
    for (const Pass pass : kPasses) {
      const auto zero = static_cast<std::int32_t>(random.between(0, formats.activations.max_code()));
      const OwnedJob owned = conv.job(pass, formats, zero, random);
      CHECK(geometry_of(owned.job).shape().batch == shape.groups);
      CHECK(owned.job.shape().macs() == shape.groups * owned.job.m() * owned.job.n() * owned.job.k());
      check_sums(owned.job, conv);
      sets.check_equal(owned.job);
    }
  }
}

TEST_CASE("depthwise convolutions hand out rows of all channels, sums of the extremes and of long lines included") {
  testing::EverySet sets;
  Random random(35);
  ConvShape shape;
  shape.images = 3;
  shape.in_channels = shape.out_channels = shape.groups = 37;  // vectors of every length
  shape.kernel_height = 3;
  shape.kernel_width = 5;
  shape.padding = {1, 2};
  shape.in_height = shape.out_height = 4;
  shape.in_width = shape.out_width = 300;  // more positions than FP32 sums exactly
  for (const auto fill : {testing::Fill::kHighest, testing::Fill::kLowest, testing::Fill::kUniform})
    for (const Pass pass : kPasses) {
      Convolution conv(shape);
      OwnedJob owned = conv.job(pass, {{8, false}, {8, true}, {8, true}}, 0, random);
      if (fill != testing::Fill::kUniform)
        for (CodeTensor* tensor : {owned.a.get(), owned.b.get()}) {
          const std::int32_t code =
              fill == testing::Fill::kHighest ? tensor->format.max_code() : tensor->format.min_code();
          fill_codes(*tensor, [&] { return code; });
        }
      const int before = sets.jobs_by_rows();
      sets.check_equal(owned.job);
      CHECK((sets.jobs_by_rows() > before) == (pass != Pass::kWeightGradient));
    }
}

TEST_CASE("windows of images and channels: each GEMM is the product of its own windows") {
  // As attention has them: of every image and head the rows of one tensor times those of another.
  testing::EverySet sets;
  Random random(32);
  for (int i = 0; i < 100; ++i) {
    const std::int64_t images = random.between(1, 4), heads = random.between(1, 4), depth = random.between(1, 9);
    const std::int64_t rows = random.between(1, 7), cols = random.between(1, 20), skipped = random.between(0, 3);
    const bool summed_positions = random.coin();  // A V: B's rows are channels, its depth positions
    OwnedJob owned;
    const auto tensor = [&](std::int64_t positions, std::int64_t channels) {
      return testing::make_tensor(testing::random_format(random), images, positions, 1, skipped + heads * channels,
                                  random, testing::random_fill(random));
    };
    owned.a = tensor(rows, depth);
    owned.b = summed_positions ? tensor(depth, cols) : tensor(cols, depth);
    const auto windows = [&](const CodeTensor& codes, std::int64_t channels, bool transposed) {
      Operand operand = whole(codes, transposed);
      operand.images = {0, 1, 0};
      operand.channels = {skipped, channels, heads};
      return operand;
    };
    owned.job.a = windows(*owned.a, depth, false);
    owned.job.b = windows(*owned.b, summed_positions ? cols : depth, summed_positions);
    REQUIRE(owned.job.batch() == images * heads);
    Accumulators sums;
    ReferenceBackend().run(owned.job, sums);
    for (std::int64_t image = 0; image < images; ++image)
      for (std::int64_t head = 0; head < heads; ++head)
        for (std::int64_t m = 0; m < rows; ++m)
          for (std::int64_t n = 0; n < cols; ++n) {
            std::int64_t expected = 0;
            for (std::int64_t k = 0; k < depth; ++k) {
              const std::int64_t at_a = owned.a->offset(image, m, 0) + skipped + head * depth + k;
              const std::int64_t at_b = summed_positions ? owned.b->offset(image, k, 0) + skipped + head * cols + n
                                                         : owned.b->offset(image, n, 0) + skipped + head * depth + k;
              expected += owned.a->code_at(at_a) * owned.b->code_at(at_b);
            }
            REQUIRE(sums.at((image * heads + head) * rows + m, n) == expected);
          }
    sets.check_equal(owned.job);
  }
}

TEST_CASE("a batch whose sums leave 32 bits is exact") {
  // The sample-wise weight gradient of two images: K = 70,000 positions of -128 * 255.
  testing::EverySet sets;
  Random random(33);
  OwnedJob owned;
  owned.a = testing::make_tensor({8, true}, 2, 70000, 1, 2, random, testing::Fill::kLowest);
  owned.b = testing::make_tensor({8, false}, 2, 70000, 1, 3, random, testing::Fill::kHighest);
  for (auto& [operand, tensor] : {std::pair{&owned.job.a, owned.a.get()}, {&owned.job.b, owned.b.get()}}) {
    *operand = whole(*tensor, true);
    operand->images = {0, 1, 2};
  }
  Accumulators expected;
  reset(expected, owned.job.shape());
  REQUIRE(expected.wide.size() == 12);
  std::fill(expected.wide.begin(), expected.wide.end(), std::int64_t{70000} * -128 * 255);
  sets.check_all(owned.job, expected);
}

TEST_CASE("check names windows that leave their tensor and batches that differ") {
  Random random(34);
  const auto job = [&] {
    OwnedJob owned =
        testing::matrix_job({8, true}, {4, false}, 4, 6, 6, random, testing::Fill::kUniform, testing::Fill::kUniform);
    owned.job.layer = "conv7";
    owned.job.a.channels = {0, 3, 2};
    owned.job.b.channels = {0, 3, 2};
    return owned;
  };
  CHECK_NOTHROW(check(job().job));
  auto outside = job();
  outside.job.a.channels.first = 1;
  CHECK_THROWS_WITH(check(outside.job),
                    "job of layer 'conv7': operand a: expected windows inside the 6 channels, "
                    "found 2 of 3 from 1 on");
  auto images = job();
  images.job.b.images = {0, 7, 1};
  CHECK_THROWS_WITH(check(images.job), Catch::Contains("operand b: expected windows inside the 6 images"));
  auto batch = job();
  batch.job.b.channels.count = 1;
  CHECK_THROWS_WITH(check(batch.job), "job of layer 'conv7': expected operands of one batch, found 2 and 1");
  auto holes = job();
  holes.job.a.dilation.x = 0;
  CHECK_THROWS_WITH(check(holes.job), Catch::Contains("operand a: expected at least one code"));
  CHECK_THROWS_AS((JobShape{std::int64_t{1} << 30, std::int64_t{1} << 30, 2, {}, {}, 8}.macs()), OverflowError);
}

}  // namespace
}  // namespace ampa::gemm
