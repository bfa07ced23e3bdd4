#include "gemm/reference_backend.h"

#include <catch2/catch.hpp>

#include "gemm/random_job.h"

namespace ampa::gemm {
namespace {

TEST_CASE("reference multiplies two matrices") {
  const CodeTensor a = matrix({8, false}, 0, 2, 3, {1, 2, 3, 255, 0, 10});
  const CodeTensor b = matrix({8, true}, 0, 2, 3, {-1, 0, 5, -128, 127, 1});
  GemmJob job;
  job.a = whole(a);
  job.b = whole(b);
  Accumulators out;
  CHECK_FALSE(ReferenceBackend().run(job, out).has_value());
  CHECK(out.rows == 2);
  CHECK(out.cols == 2);
  CHECK(out.narrow == UninitializedVector<std::int32_t>{14, 129, -205, -32630});
  CHECK(out.wide.empty());
}

TEST_CASE("reference convolves by hand") {
  // A 3 x 3 image, a 2 x 2 kernel of ones and a diagonal one.
  CodeTensor image;
  resize(image, {8, false}, 0, 1, 3, 3, 1);
  for (std::size_t i = 0; i < 9; ++i) image.bytes[i] = static_cast<std::uint8_t>(i + 1);
  const CodeTensor kernels = matrix({2, true}, 0, 2, 4, {1, 1, 1, 1, 1, 0, 0, -1});
  GemmJob job;
  job.a.tensor = &image;
  job.a.kernel_height = job.a.kernel_width = job.a.out_height = job.a.out_width = 2;
  job.b = whole(kernels);
  Accumulators out;
  ReferenceBackend().run(job, out);
  CHECK(out.narrow == UninitializedVector<std::int32_t>{12, -4, 16, -4, 24, -4, 28, -4});
}

TEST_CASE("reference sums beyond 32 bits in 64") {
  const std::int64_t k = 140000;
  testing::Random random(1);
  const testing::OwnedJob owned =
      testing::matrix_job({8, false}, {8, true}, 1, 1, k, random, testing::Fill::kHighest, testing::Fill::kLowest);
  Accumulators out;
  ReferenceBackend().run(owned.job, out);
  REQUIRE(out.is_wide());
  CHECK(out.narrow.empty());
  CHECK(out.at(0, 0) == k * 255 * -128);
  CHECK(out.at(0, 0) < std::int64_t{INT32_MIN});
}

}  // namespace
}  // namespace ampa::gemm
