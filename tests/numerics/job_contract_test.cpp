#include <catch2/catch.hpp>
#include <cstring>

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "gemm/zero_point.h"
#include "numerics/accumulator.h"
#include "samples.h"

namespace ampa::numerics {
namespace {

gemm::CodeTensor constant(CodeFormat format, std::int64_t rows, std::int64_t depth, std::int32_t code) {
  return gemm::matrix(format, 0, rows, depth, std::vector<std::int32_t>(static_cast<std::size_t>(rows * depth), code));
}

gemm::CodeTensor random_matrix(Samples& samples, CodeFormat format, std::int32_t zero_point, std::int64_t rows,
                               std::int64_t depth) {
  std::vector<std::int32_t> codes;
  for (std::int64_t i = 0; i < rows * depth; ++i)
    codes.push_back(static_cast<std::int32_t>(samples.integer(format.min_code(), format.max_code())));
  return gemm::matrix(format, zero_point, rows, depth, codes);
}

gemm::GemmJob job_of(const gemm::CodeTensor& a, const gemm::CodeTensor& b) {
  gemm::GemmJob job;
  job.a = gemm::whole(a);
  job.b = gemm::whole(b);
  job.layer = "test";
  return job;
}

gemm::Accumulators reference_sums(const gemm::GemmJob& job) {
  gemm::Accumulators sums;
  gemm::ReferenceBackend().run(job, sums);
  return sums;
}

}  // namespace

TEST_CASE("A1: sums of raw codes, row against row") {
  const gemm::CodeTensor a = gemm::matrix({8, false}, 9, 2, 3, {1, 2, 3, 4, 5, 255});
  const gemm::CodeTensor b = gemm::matrix({8, true}, 0, 2, 3, {1, -1, 2, -128, 127, 1});
  const gemm::Accumulators sums = reference_sums(job_of(a, b));
  CHECK(sums.narrow == UninitializedVector<std::int32_t>{1 - 2 + 6, -128 + 254 + 3, 4 - 5 + 510, -512 + 635 + 255});
}

TEST_CASE("A2: the depth that a 32-bit accumulator surely holds") {
  CHECK(max_accumulator_depth({8, true}, {8, true}) == 131071);
  CHECK(max_accumulator_depth({8, false}, {8, true}) == 65793);
  CHECK(max_accumulator_depth({8, false}, {8, false}) == 33025);
  CHECK(max_accumulator_depth({2, true}, {2, true}) == 536870911);
  for (Bits x = kMinBits; x <= kMaxBits; ++x)
    for (Bits y = kMinBits; y <= kMaxBits; ++y)
      for (const bool x_signed : {false, true})
        for (const bool y_signed : {false, true}) {
          const CodeFormat a{x, x_signed}, b{y, y_signed};
          const std::int64_t depth = max_accumulator_depth(a, b);
          CHECK(accumulator_bound(a, b, depth) <= INT32_MAX);
          CHECK(accumulator_bound(a, b, depth + 1) > INT32_MAX);
        }
}

TEST_CASE("A3 A4: a job that is too deep is split and its sums are wide") {
  const CodeFormat a{8, false}, b{8, false};
  const std::int64_t depth = max_accumulator_depth(a, b);
  CHECK(num_accumulator_parts(a, b, 1) == 1);
  CHECK(num_accumulator_parts(a, b, depth) == 1);
  CHECK(num_accumulator_parts(a, b, depth + 1) == 2);
  CHECK(num_accumulator_parts(a, b, 3 * depth) == 3);
  CHECK(num_accumulator_parts(a, b, 3 * depth + 1) == 4);
  for (const std::int64_t k : {depth - 1, depth, depth + 1, 2 * depth + 7}) {
    const gemm::CodeTensor x = constant(a, 1, k, 255), y = constant(b, 1, k, 255);
    const gemm::Accumulators sums = reference_sums(job_of(x, y));
    CHECK(sums.at(0, 0) == k * 255 * 255);
    CHECK(sums.is_wide() == (k > depth));
    CHECK(sums.narrow.size() + sums.wide.size() == 1);
  }
}

TEST_CASE("A5: the weight gradient that a naive accumulator gets wrong") {
  constexpr std::int64_t kDepth = 131072;  // 128 images of 32 x 32 positions
  const gemm::CodeTensor gradients = constant({8, true}, 1, kDepth, 127);
  const gemm::CodeTensor activations = constant({8, false}, 1, kDepth, 255);
  const std::int64_t sum = reference_sums(job_of(gradients, activations)).at(0, 0);
  CHECK(sum == 4244766720);
  std::uint32_t naive = 0;
  for (std::int64_t k = 0; k < kDepth; ++k) naive += 127u * 255u;
  CHECK(static_cast<std::int32_t>(naive) != sum);
}

TEST_CASE("Z1: corrected sums are sums of differences from the zero points") {
  Samples samples(30);
  for (int i = 0; i < 300; ++i) {
    const CodeFormat fa{static_cast<Bits>(samples.integer(2, 8)), samples.integer(0, 1) == 1};
    const CodeFormat fb{static_cast<Bits>(samples.integer(2, 8)), samples.integer(0, 1) == 1};
    const auto za = fa.is_signed ? 0 : static_cast<std::int32_t>(samples.integer(0, fa.max_code()));
    const auto zb = fb.is_signed ? 0 : static_cast<std::int32_t>(samples.integer(0, fb.max_code()));
    const std::int64_t m = samples.integer(1, 5), n = samples.integer(1, 5), k = samples.integer(1, 40);
    const gemm::CodeTensor a = random_matrix(samples, fa, za, m, k), b = random_matrix(samples, fb, zb, n, k);
    const gemm::GemmJob job = job_of(a, b);
    const gemm::Accumulators sums = reference_sums(job);
    const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
    REQUIRE(correction.row.empty() == (zb == 0));
    REQUIRE(correction.col.empty() == (za == 0));
    for (std::int64_t row = 0; row < m; ++row)
      for (std::int64_t col = 0; col < n; ++col) {
        std::int64_t expected = 0;
        for (std::int64_t d = 0; d < k; ++d)
          expected += static_cast<std::int64_t>(job.a.code(row, d) - za) * (job.b.code(col, d) - zb);
        std::int64_t found = sums.at(row, col);
        if (zb != 0) found -= correction.row[static_cast<std::size_t>(row)];
        if (za != 0) found -= correction.col[static_cast<std::size_t>(col)];
        REQUIRE(found == expected);
      }
  }
}

TEST_CASE("P1: padding and gaps hold the zero point, also in memory that was used before") {
  gemm::CodeTensor tensor;
  gemm::resize(tensor, {8, false}, 0, 3, 9, 9, 4);
  std::fill(tensor.bytes.begin(), tensor.bytes.end(), std::uint8_t{77});
  for (const std::int32_t zero_point : {0, 5, 255}) {
    gemm::resize_on_grid(tensor, {8, false}, zero_point, 2, 2, 3, 3, 7, 9, 1, 2, 2);
    std::vector<bool> is_position(static_cast<std::size_t>(2 * 7 * 9 * 3), false);
    for (std::int64_t image = 0; image < 2; ++image)
      for (std::int64_t y = 0; y < 2; ++y)
        for (std::int64_t x = 0; x < 3; ++x)
          for (std::int64_t c = 0; c < 3; ++c)
            is_position[static_cast<std::size_t>(tensor.offset(image, y, x) + c)] = true;
    for (std::size_t i = 0; i < is_position.size(); ++i)
      if (!is_position[i]) REQUIRE(tensor.code_at(static_cast<std::int64_t>(i)) == zero_point);
    CHECK(tensor.bytes.size() >= is_position.size() + gemm::CodeTensor::kReadPadding);
  }
}

TEST_CASE("P2: a padded position adds nothing to a corrected sum") {
  constexpr std::int32_t kZero = 6;
  Samples samples(31);
  gemm::CodeTensor image;
  gemm::resize_on_grid(image, {4, false}, kZero, 1, 3, 3, 2, 5, 5, 1, 1, 1);
  for (std::int64_t y = 0; y < 3; ++y)
    for (std::int64_t x = 0; x < 3; ++x)
      for (std::int64_t c = 0; c < 2; ++c)
        image.bytes[static_cast<std::size_t>(image.offset(0, y, x) + c)] =
            static_cast<std::uint8_t>(samples.integer(0, 15));
  gemm::CodeTensor weights;
  gemm::resize(weights, {4, true}, 0, 2, 3, 3, 2);
  for (std::int64_t i = 0; i < weights.num_codes(); ++i)
    weights.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(samples.integer(-7, 7));

  gemm::GemmJob job;
  job.a = {&image, 3, 3, 1, 3, 3};
  job.b = {&weights, 3, 3};
  const gemm::Accumulators sums = reference_sums(job);
  const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
  for (std::int64_t y = 0; y < 3; ++y)
    for (std::int64_t x = 0; x < 3; ++x)
      for (std::int64_t out = 0; out < 2; ++out) {
        std::int64_t expected = 0;  // over the positions inside the image only
        for (std::int64_t ky = 0; ky < 3; ++ky)
          for (std::int64_t kx = 0; kx < 3; ++kx)
            for (std::int64_t c = 0; c < 2; ++c) {
              const std::int64_t in_y = y + ky - 1, in_x = x + kx - 1;
              if (in_y < 0 || in_y > 2 || in_x < 0 || in_x > 2) continue;
              expected += static_cast<std::int64_t>(image.code_at(image.offset(0, in_y, in_x) + c) - kZero) *
                          weights.code_at(weights.offset(out, ky, kx) + c);
            }
        REQUIRE(sums.at(y * 3 + x, out) - correction.col[static_cast<std::size_t>(out)] == expected);
      }
}

}  // namespace ampa::numerics
